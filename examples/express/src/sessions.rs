//! What all requests of a middleware have in common: the policy, the cookie's name, and the keys as they are now.

use std::convert::Infallible;

use napi::bindgen_prelude::*;
use napi_derive::napi;
use session_core::{
    CookieName, CookieOptions, Cookies, Fingerprint, Key, KeyRing, Pending, Policy, Rejection, Request, SessionId,
    SessionManager, Unprefixed, Unset, VerifiedId,
};

use crate::line::{Attributes, line, text_of, type_error};

/// The text of a session without its cookie, as far as it takes to tell whether it has changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Print(Fingerprint);

impl Print {
    pub(crate) fn of(text: &str) -> Self {
        Self(Fingerprint::of_bytes(text.as_bytes()))
    }
}

/// A session that nobody has put anything into.
impl Default for Print {
    fn default() -> Self {
        Self::of("{}")
    }
}

/// The options of one `session(…)` that decide.
#[napi]
pub struct Sessions {
    pub(crate) policy: Policy<Print>,
    /// Any text: npm cookie refuses a bad name only when the first cookie is written.
    name: String,
    /// None until they are told, and where the first secret is none.
    keys: Option<KeyRing<Vec<Key>>>,
}

#[napi]
impl Sessions {
    #[napi(constructor)]
    pub fn new(name: String, resave: bool, rolling: bool, save_uninitialized: bool, unset_destroy: bool) -> Self {
        let policy = Policy::express(|print: &Print| print.0)
            .with_resave(resave)
            .with_rolling(rolling)
            .with_save_uninitialized(save_uninitialized)
            .with_unset(if unset_destroy { Unset::Destroy } else { Unset::Keep });
        Self { policy, name, keys: None }
    }

    /// The secrets from now on; the first one signs.
    #[napi]
    pub fn set_keys(&mut self, secrets: Vec<Uint8Array>) {
        let mut keys = secrets.iter().map(|secret| Key::new(secret.as_ref()));
        self.keys = keys.next().map(|signing| KeyRing::new(signing, keys.collect()));
    }

    /// The verified id that a Cookie header names, or why there is none.
    #[napi]
    pub fn verify(&self, header: Latin1String) -> Either<String, u32> {
        let cookie = Cookies::new(&header).find(self.name.as_bytes());
        self.answer(cookie.ok_or(Rejection::Missing).and_then(|cookie| match &self.keys {
            Some(keys) => VerifiedId::of_cookie(cookie, keys, Unprefixed::Refused),
            None if cookie.value().bytes().take(2).eq(*b"s:") => Err(Rejection::BadSignature),
            None => Err(Rejection::NotSigned),
        }))
    }

    /// The same for the value of a cookie that another middleware has read.
    #[napi]
    pub fn verify_value(&self, value: String) -> Either<String, u32> {
        self.answer(match &self.keys {
            Some(keys) => VerifiedId::read(&value, keys, Unprefixed::Refused),
            None if value.starts_with("s:") => Err(Rejection::BadSignature),
            None => Err(Rejection::NotSigned),
        })
    }

    /// The Set-Cookie line of a session; throws what npm cookie throws.
    #[napi]
    pub fn set_cookie(&self, env: Env, id: String, attributes: Attributes) -> Result<String> {
        let Some(keys) = &self.keys else { return Err(type_error(env, "Secret key must be provided.")) };
        let value = format!("s:{id}.{}", keys.signing_key().sign(&id).as_str());
        line(&self.name, &value, &attributes).map_err(|error| type_error(env, text_of(error)))
    }

    fn answer(&self, read: core::result::Result<VerifiedId, Rejection>) -> Either<String, u32> {
        match read {
            Ok(verified) => Either::A(verified.id().as_str().to_owned()),
            Err(Rejection::NotSigned) => Either::B(1),
            Err(Rejection::BadSignature) => Either::B(2),
            Err(_) => Either::B(0),
        }
    }

    /// A request whose cookies have named this id, or none.
    pub(crate) fn pending(&self, sent: Option<SessionId>) -> Result<Pending<'static, Print>> {
        // Names, keys and cookies are not the manager's: here they are of JavaScript, and change while it runs.
        let manager =
            SessionManager::new(self.policy, Key::new("").into(), CookieName::CONNECT_SID, CookieOptions::new());
        let manager = manager.map_err(|error| Error::from_reason(error.to_string()))?;
        let pending = manager.receive(Request::new(None::<&str>, "/"));
        let pending = pending.ok_or_else(|| Error::from_reason("every path has a session"))?;
        Ok(match sent {
            Some(id) => pending.with_verified(VerifiedId::trusted(id)),
            None => pending,
        })
    }
}

/// A new id: 24 random bytes.
#[napi]
pub fn generate_id() -> Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| Error::from_reason(error.to_string()))?;
    Ok(SessionId::from_random(bytes).as_str().to_owned())
}

/// Where the core asks for an error that there is none of.
pub(crate) fn never<T>(id: T) -> core::result::Result<T, Infallible> {
    Ok(id)
}
