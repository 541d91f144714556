//! The options of an exchange, which are those of express-session.

use serde_json::Value;
use session_core::{
    Attribute, CookieName, CookieOptions, Document, Field, Fingerprint, Key, KeyRing, MaxAge, PathRule, Policy, Secure,
    SessionManager, Unset,
};

use super::Failure;
use super::fields::{Fields, bytes_of, whole};

pub(super) type Manager<'o> = SessionManager<'o, Document, Vec<Key>>;

pub(super) struct Options<'o> {
    policy: Policy<Document>,
    name: &'o str,
    cookie: CookieOptions<'o>,
    path: &'o str,
    /// None: express-session then fails when a request comes that has a session.
    keys: Option<KeyRing<Vec<Key>>>,
}

impl<'o> Options<'o> {
    pub(super) fn read(options: Fields<'o>) -> Result<Self, Failure> {
        options.only(&["cookie", "name", "resave", "rolling", "saveUninitialized", "secret", "unset"])?;
        let flag = |name, default| options.optional(name, Fields::boolean).map(|value| value.unwrap_or(default));
        let policy = Policy::express(Fingerprint::of_document)
            .with_resave(flag("resave", true)?)
            .with_rolling(flag("rolling", false)?)
            .with_save_uninitialized(flag("saveUninitialized", true)?)
            .with_unset(match options.optional("unset", Fields::text)?.unwrap_or_default() {
                "" | "keep" => Unset::Keep,
                "destroy" => Unset::Destroy,
                _ => return Err(Failure::request("unset option must be \"destroy\" or \"keep\"")),
            });
        let name = options.optional("name", Fields::text)?.filter(|name| !name.is_empty());
        let cookie = options.optional("cookie", Fields::fields)?;
        let path = cookie.map_or(Ok(None), |cookie| cookie.optional("path", Fields::text))?;
        Ok(Self {
            policy,
            name: name.unwrap_or(CookieName::CONNECT_SID.as_str()),
            cookie: cookie.map_or(Ok(CookieOptions::new()), read_cookie)?,
            path: path.filter(|path| !path.is_empty()).unwrap_or("/"),
            keys: if options.has("secret") { read_secrets(options.any("secret")?)? } else { None },
        })
    }

    /// Whether a request has a session at all: that is asked before the secrets are.
    pub(super) fn has_session(&self, target: &str) -> bool {
        PathRule::Prefix.matches(self.path, target)
    }

    pub(super) fn manager(&self) -> Result<Manager<'o>, Failure> {
        let keys = self.keys.clone().ok_or_else(|| Failure::new("no_secret", "secret option required for sessions"))?;
        Ok(SessionManager::new(self.policy, keys, CookieName::new(self.name)?, self.cookie)?)
    }
}

fn read_secrets(secret: &Value) -> Result<Option<KeyRing<Vec<Key>>>, Failure> {
    let secrets = match secret {
        Value::Array(secrets) => secrets.iter().map(bytes_of).collect::<Result<Vec<_>, _>>()?,
        secret => {
            let secret = bytes_of(secret)?;
            // An empty text is taken for none; in a list it is a secret like any other.
            if secret.is_empty() {
                return Ok(None);
            }
            vec![secret]
        }
    };
    let mut keys = secrets.into_iter().map(Key::new);
    let first = keys.next().ok_or_else(|| Failure::new("no_secret", "secret option array must contain one or more"))?;
    Ok(Some(KeyRing::new(first, keys.collect())))
}

fn read_cookie(cookie: Fields<'_>) -> Result<CookieOptions<'_>, Failure> {
    cookie.only(&["domain", "httpOnly", "maxAge", "partitioned", "path", "priority", "sameSite", "secure"])?;
    let mut options = CookieOptions::new();
    for (name, value) in cookie.iter() {
        options = match Field::from_name(name) {
            None => options.max_age_value(read_max_age(value)?),
            Some(Field::Secure) if value == "auto" => options.secure(Secure::Auto),
            Some(Field::SameSite) if value == "auto" => options.same_site_auto(),
            Some(field) => options.attribute(field, read_attribute(cookie, field)?),
        };
    }
    Ok(options)
}

pub(super) fn read_max_age(value: &Value) -> Result<MaxAge, Failure> {
    let ms = whole(value).map(MaxAge::Ms).or_else(|| value.is_null().then_some(MaxAge::Null));
    ms.ok_or_else(|| Failure::request("maxAge is neither a whole number nor null"))
}

/// A truth value or text, by the attribute.
pub(super) fn read_attribute(fields: Fields<'_>, field: Field) -> Result<Attribute<'_>, Failure> {
    let name = field.name();
    match field {
        Field::HttpOnly | Field::Partitioned | Field::Secure => fields.boolean(name).map(Attribute::Bool),
        Field::Domain | Field::Path | Field::Priority => fields.text(name).map(Attribute::Text),
        Field::SameSite => fields.attribute(name),
    }
}
