//! The operations inside a step: what a handler does with `req.session`.

use serde_json::{Map, Value};
use session_core::{Document, Field, MaxAge, Session, SessionEnded, StoreKey, Timestamp};

use super::Failure;
use super::exchange::{Ids, check_date};
use super::fields::{Fields, whole};
use super::memory_store::MemoryStore;
use super::options::{read_attribute, read_max_age};

pub(super) struct Handler<'s, 'c> {
    pub(super) now: Timestamp,
    pub(super) store: &'s mut MemoryStore,
    pub(super) ids: &'s Ids,
    /// None where the path has no session.
    pub(super) session: Option<Session<'c, Document>>,
}

impl<'c> Handler<'_, 'c> {
    pub(super) fn perform(&mut self, op: &[Value]) -> Result<(), Failure> {
        let (name, arguments) = op.split_first().ok_or_else(|| Failure::request("an operation without a name"))?;
        match (name.as_str().ok_or_else(|| Failure::request("an operation without a name"))?, arguments) {
            ("set", [key, json]) => self.set(text(key)?, json),
            ("del", [key]) => self.delete(text(key)?),
            ("regenerate", []) => self.regenerate(),
            ("renew", []) => self.renew(),
            ("destroy", []) => self.destroy(),
            ("unset", []) => self.any_session().map(Session::abandon),
            ("touch", []) => {
                let now = self.now;
                self.session()?.touch(now);
                Ok(())
            }
            ("save", []) => self.save(),
            ("maxAge", [ms]) => self.set_max_age(ms),
            ("reload", []) => self.reload(),
            ("cookie", [attribute, value]) => self.set_attribute(text(attribute)?, value),
            ("put", [sid, Value::Null]) => {
                self.store.put(text(sid)?, None);
                Ok(())
            }
            ("put", [sid, json]) => {
                self.store.put(text(sid)?, Some(text(json)?));
                Ok(())
            }
            ("advance", [ms]) => self.advance(ms),
            (name, _) if KNOWN.contains(&name) => Err(Failure::request(format!("wrong arguments of {name}"))),
            _ => Err(Failure::new("unsupported", "no such operation of a handler")),
        }
    }

    /// The session, whether or not it has ended.
    fn any_session(&mut self) -> Result<&mut Session<'c, Document>, Failure> {
        self.session.as_mut().ok_or_else(no_session)
    }

    fn session(&mut self) -> Result<&mut Session<'c, Document>, Failure> {
        self.any_session().ok().filter(|session| session.is_live()).ok_or_else(no_session)
    }

    /// JSON in a text; what is no text is taken as it is.
    fn set(&mut self, name: &str, json: &Value) -> Result<(), Failure> {
        check_name(name)?;
        let document = self.session()?.data_mut();
        match json {
            Value::String(json) => document.set_json(name, json)?,
            value => document.set(name, value)?,
        }
        Ok(())
    }

    fn delete(&mut self, name: &str) -> Result<(), Failure> {
        check_name(name)?;
        self.session()?.data_mut().remove(name);
        Ok(())
    }

    fn regenerate(&mut self) -> Result<(), Failure> {
        self.session()?;
        let (id, now) = (self.ids.next()?, self.now);
        let Some(session) = self.session.as_mut() else { return Err(no_session()) };
        if let Some(op) = session.regenerate(id, now).map_err(ended)? {
            self.store.apply(&op, now)?;
        }
        self.session = self.session.take().map(check_date).transpose()?;
        Ok(())
    }

    /// `regenerate`, and the old data put back behind the new cookie: `Session::renew_id` would leave the cookie in its
    /// place among them.
    fn renew(&mut self) -> Result<(), Failure> {
        let data = self.session()?.data().clone().into_renewed();
        self.regenerate()?;
        *self.session()?.data_mut() = data;
        Ok(())
    }

    fn destroy(&mut self) -> Result<(), Failure> {
        self.session()?;
        let Some(session) = self.session.as_mut() else { return Err(no_session()) };
        self.store.apply(&session.destroy(), self.now)
    }

    fn save(&mut self) -> Result<(), Failure> {
        self.session()?;
        let Some(session) = self.session.as_mut() else { return Err(no_session()) };
        self.store.apply(&session.save().map_err(ended)?, self.now)
    }

    fn reload(&mut self) -> Result<(), Failure> {
        let key: StoreKey = *self.session()?.key();
        let loaded = self.store.load(&key, self.now)?;
        let now = self.now;
        Ok(self.session()?.reload(loaded, now)?)
    }

    fn set_max_age(&mut self, ms: &Value) -> Result<(), Failure> {
        let now = self.now;
        let max_age = read_max_age(ms)?;
        Ok(self.session()?.set_max_age(MaxAge::as_ms(max_age), now)?)
    }

    fn set_attribute(&mut self, name: &str, value: &Value) -> Result<(), Failure> {
        let now = self.now;
        // That there is none matters more than what is wrong with the attribute.
        self.session()?;
        let fields = Map::from_iter([(name.to_owned(), value.clone())]);
        let fields = Fields::from(&fields);
        match Field::from_name(name) {
            Some(field) => {
                let value = read_attribute(fields, field)?;
                self.session()?.cookie_mut().set_attribute(field, value)?;
            }
            None if name == "expires" => {
                let expires = if value.is_null() { None } else { Some(fields.time(name)?) };
                self.session()?.cookie_mut().set_expires(expires, now);
            }
            None => return Err(Failure::request("no such attribute")),
        }
        Ok(())
    }

    fn advance(&mut self, ms: &Value) -> Result<(), Failure> {
        let ms = whole(ms).ok_or_else(|| Failure::request("not a whole number"))?;
        self.now = self.now.checked_add(ms)?;
        Ok(())
    }
}

const KNOWN: [&str; 13] = [
    "advance",
    "cookie",
    "del",
    "destroy",
    "maxAge",
    "put",
    "regenerate",
    "reload",
    "renew",
    "save",
    "set",
    "touch",
    "unset",
];

fn text(value: &Value) -> Result<&str, Failure> {
    value.as_str().ok_or_else(|| Failure::request("an argument is no text"))
}

/// Whether a session takes data of this name: Express keeps some for itself.
fn check_name(name: &str) -> Result<(), Failure> {
    Ok(<Document>::default().set_json(name, "null")?)
}

fn no_session() -> Failure {
    Failure::new("no_session", "there is no session")
}

fn ended(_: SessionEnded) -> Failure {
    no_session()
}
