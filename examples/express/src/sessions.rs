//! What all requests of a middleware have in common: the policy, the cookie's name, and the keys as they are now.

#![expect(clippy::too_many_arguments, reason = "an object would cost a call into Node for each of its fields")]

use napi::bindgen_prelude::*;
use napi_derive::napi;
use session_core::{
    Cookie, CookieName, CookieOptions, Cookies, Key, KeyRing, Pending, Policy, Request, SessionManager, Unset,
};

use crate::decision::Print;
use crate::line::{Attributes, Word, line, type_error};

/// Why a cookie names no session.
#[napi]
pub enum Rejection {
    Missing,
    NotSigned,
    BadSignature,
}

/// The options of one `session(…)` that decide.
#[napi]
pub struct Sessions {
    /// A request whose cookies have named no session.
    pub(crate) nameless: Pending<'static, Print>,
    pub(crate) resave: bool,
    /// Any text: npm cookie refuses a bad name only when the first cookie is written.
    name: String,
    /// The name as it stands in a Cookie header, of whose bytes Node makes a character each.
    name_bytes: Option<Vec<u8>>,
    /// None until they are told, and where the first secret is none.
    keys: Option<KeyRing<Vec<Key>>>,
}

#[napi]
impl Sessions {
    #[napi(constructor)]
    pub fn new(
        name: String,
        resave: bool,
        rolling: bool,
        save_uninitialized: bool,
        unset_destroy: bool,
    ) -> Result<Self> {
        let policy = Policy::express(|print: &Print| print.0)
            .with_resave(resave)
            .with_rolling(rolling)
            .with_save_uninitialized(save_uninitialized)
            .with_unset(if unset_destroy { Unset::Destroy } else { Unset::Keep });
        // The manager is there for this alone: name, keys and cookies may be any, and change while the program runs.
        let manager = SessionManager::new(policy, Key::new("").into(), CookieName::CONNECT_SID, CookieOptions::new());
        let nameless = manager.map_err(reason)?.receive(Request::new(None::<&str>, "/"));
        let nameless = nameless.ok_or_else(|| reason("the root has no session"))?;
        let name_bytes = name.chars().map(|character| u8::try_from(character).ok()).collect();
        Ok(Self { nameless, resave, name, name_bytes, keys: None })
    }

    /// The secrets from now on; the first one signs.
    #[napi(catch_unwind)]
    pub fn set_keys(&mut self, secrets: Vec<Uint8Array>) {
        let mut keys = secrets.iter().map(|secret| Key::new(secret.as_ref()));
        self.keys = keys.next().map(|signing| KeyRing::new(signing, keys.collect()));
    }

    /// The id that a Cookie header names, verified, or why there is none.
    ///
    /// Ids may have any length here, as in Express.
    #[napi(catch_unwind)]
    pub fn verify(&self, header: String) -> Either<String, Rejection> {
        let header = header_bytes(header);
        let cookie = self.name_bytes.as_deref().and_then(|name| Cookies::new(&header).find(name));
        cookie.map_or(Either::B(Rejection::Missing), |cookie| self.verify_value(value_of(cookie)))
    }

    /// The same for the value of a cookie, decoded.
    #[napi(catch_unwind)]
    pub fn verify_value(&self, value: String) -> Either<String, Rejection> {
        let Some(signed) = value.strip_prefix("s:") else { return Either::B(Rejection::NotSigned) };
        match self.keys.as_ref().and_then(|keys| keys.unsign(signed).ok()) {
            Some(unsigned) => Either::A(unsigned.text().to_owned()),
            None => Either::B(Rejection::BadSignature),
        }
    }

    /// The Set-Cookie line of a session; throws what npm cookie throws.
    #[napi(catch_unwind)]
    pub fn set_cookie(
        &self,
        env: Env,
        id: String,
        domain: Option<String>,
        path: Option<String>,
        expires: Option<f64>,
        flags: u32,
        priority: Option<Word>,
        same_site: Option<Word>,
    ) -> Result<String> {
        let attributes = Attributes { domain, path, expires, flags, priority, same_site };
        let Some(keys) = &self.keys else { return Err(type_error(env, "Secret key must be provided.")) };
        let value = ["s:", &id, ".", keys.signing_key().sign(&id).as_str()].concat();
        line(env, &self.name, &value, &attributes)
    }
}

/// A new id: 24 random bytes.
#[napi(catch_unwind)]
pub fn generate_id() -> Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(reason)?;
    Ok(session_core::SessionId::from_random(bytes).as_str().to_owned())
}

/// A header as it was sent: Node makes a character of each byte. What a program has put there beyond that stands for a
/// byte that is in no id and separates nothing.
pub(crate) fn header_bytes(header: String) -> Vec<u8> {
    if header.is_ascii() {
        return header.into_bytes();
    }
    header.chars().map(|character| u8::try_from(character).unwrap_or(u8::MAX)).collect()
}

/// The value as Node sees it.
fn value_of(cookie: Cookie<'_>) -> String {
    // A byte of Latin-1 is two of UTF-8 at most, and an escape is three for one.
    let mut buffer = vec![0; cookie.raw_value().len().saturating_mul(2)];
    cookie.value().latin1_to(&mut buffer).unwrap_or_default().to_owned()
}

pub(crate) fn reason(error: impl ToString) -> Error {
    Error::from_reason(error.to_string())
}
