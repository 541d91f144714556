//! express-session's `MemoryStore`: it holds JSON texts, and writes down what is asked of it.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use session_core::{Document, Loaded, Record, SessionCookie, StoreKey, StoreOp, Timestamp};

use super::Failure;
use super::fields::Fields;

pub(super) struct MemoryStore {
    texts: Map<String, Value>,
    pub(super) events: Vec<Value>,
}

impl MemoryStore {
    pub(super) fn new(texts: Fields<'_>) -> Result<Self, Failure> {
        let mut store = Self { texts: Map::new(), events: Vec::new() };
        for (sid, _) in texts.iter() {
            store.put(sid, Some(texts.text(sid)?));
        }
        Ok(store)
    }

    /// All that it holds.
    pub(super) fn into_texts(self) -> Value {
        self.texts.into()
    }

    /// Another request writes or deletes, unseen.
    pub(super) fn put(&mut self, sid: &str, text: Option<&str>) {
        match text {
            Some(text) => {
                self.texts.insert(sid.into(), text.into());
            }
            None => {
                self.texts.shift_remove(sid);
            }
        }
    }

    pub(super) fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<Document>>, Failure> {
        let sid = key.as_str();
        let found = self.session(sid, now)?;
        self.events.push(json!(["get", sid, found.is_some()]));
        let Some(text) = found else { return Ok(None) };
        Ok(Some(Loaded::new(*key, Record::<Document>::from_json(&text)?)))
    }

    pub(super) fn apply(&mut self, op: &StoreOp<'_, Document>, now: Timestamp) -> Result<(), Failure> {
        let sid = op.key().as_str();
        match op {
            StoreOp::Put { record, .. } => {
                let text = record.to_json()?;
                self.put(sid, Some(&text));
                self.events.push(json!(["set", sid, text]));
            }
            StoreOp::Touch { cookie, .. } => {
                if let Some(stored) = self.session(sid, now)? {
                    let text = with_cookie(&stored, cookie)?;
                    self.put(sid, Some(&text));
                }
                self.events.push(json!(["touch", sid]));
            }
            StoreOp::Destroy { .. } => {
                self.put(sid, None);
                self.events.push(json!(["destroy", sid]));
            }
            other => return Err(Failure::new("refused", format!("no express store can {}", other.name()))),
        }
        Ok(())
    }

    /// `getSession`: the text as `JSON.stringify` spells it. What JavaScript takes for false is none, and a session that
    /// has ended leaves the store.
    fn session(&mut self, sid: &str, now: Timestamp) -> Result<Option<String>, Failure> {
        let Some(text) = self.texts.get(sid).and_then(Value::as_str).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let text = respelled(text)?;
        match text.as_str() {
            "null" => return Err(Failure::new("refused", "the stored text is null")),
            "0" | "false" | "\"\"" => return Ok(None),
            _ => {}
        }
        let expires = member(&text, "cookie").and_then(|cookie| member(&cookie, "expires"));
        if has_ended(expires.and_then(|json| serde_json::from_str(&json).ok()), now) {
            self.put(sid, None);
            return Ok(None);
        }
        Ok(Some(text))
    }
}

/// `expires && expires <= Date.now()`, with a text made a date first.
fn has_ended(expires: Option<Value>, now: Timestamp) -> bool {
    match expires {
        Some(Value::String(text)) => Timestamp::from_iso8601(&text).is_ok_and(|end| end <= now),
        Some(Value::Bool(true)) => now.as_unix_ms() >= 1,
        Some(value) => value.as_f64().is_some_and(|ms| ms != 0.0 && ms <= milliseconds(now)),
        None => false,
    }
}

fn milliseconds(now: Timestamp) -> f64 {
    now.as_unix_ms().to_string().parse().unwrap_or_default()
}

/// `JSON.stringify(JSON.parse(text))`, by way of a document, which keeps its values so.
fn respelled(text: &str) -> Result<String, Failure> {
    let mut document = <Document>::default();
    document.set_json("value", text)?;
    Ok(document.get_json("value").unwrap_or_default().to_owned())
}

/// The stored text with another cookie. What else is in it stays.
fn with_cookie(text: &str, cookie: &SessionCookie) -> Result<String, Failure> {
    if let Some(mut record) = Record::<Document>::from_json(text).ok().filter(|record| !record.is_altered()) {
        *record.cookie_mut() = *cookie;
        return Ok(record.to_json()?);
    }
    match text.as_bytes().first() {
        Some(b'{') => {}
        // The cookie is a property that `JSON.stringify` does not list.
        Some(b'[') => return Ok(text.to_owned()),
        _ => return Err(Failure::new("refused", "the stored text is no object")),
    }
    // It has names that no session is given, or no cookie: another program has written it meanwhile.
    let cookie = &serde_json::to_string(cookie)?;
    let mut parts: Vec<String> = Vec::new();
    let mut is_there = false;
    for (name, json) in members(text) {
        is_there |= name == "cookie";
        let json = if name == "cookie" { cookie.as_str() } else { json.get() };
        parts.push(format!("{}:{json}", serde_json::to_string(&name)?));
    }
    if !is_there {
        parts.push(format!("\"cookie\":{cookie}"));
    }
    Ok(format!("{{{}}}", parts.join(",")))
}

fn member(text: &str, name: &str) -> Option<String> {
    members(text).into_iter().find(|(known, _)| known == name).map(|(_, json)| json.get().to_owned())
}

/// The members of an object, unread and in their order; of anything else, none.
fn members(text: &str) -> Vec<(String, Box<RawValue>)> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, Box<RawValue>)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(Members).unwrap_or_default()
}
