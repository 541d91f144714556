//! One request, one reply: `{"ok": …}` or `{"error": {"kind": "…", "message": "…"}}`.

mod exchange;
mod fields;
mod handler;
mod memory_store;
mod options;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value, json};
use session_core::{
    Attribute, CookieAttributes, CookieName, Cookies, Decoded, Document, EncodeUriComponent, Key, KeyRing, Priority,
    Record, SameSite, SetCookie, Timestamp, Uid,
};

use fields::{Fields, bytes_of, is_given};

type Answer = Result<Value, Failure>;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: &'static str,
    message: Cow<'static, str>,
}

impl Failure {
    fn new(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The line is not a request.
    fn request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("bad_request", message)
    }
}

/// What the crate refuses; its errors say why without quoting anything.
impl<E: core::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new("refused", error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", json!({ "kind": self.kind, "message": self.message }))
    }
}

/// The reply to a line.
pub(crate) fn answer(line: &[u8]) -> Value {
    match serde_json::from_slice(line).map_err(|_| Failure::request("not json")).and_then(|request| perform(&request)) {
        Ok(answer) => json!({ "ok": answer }),
        Err(Failure { kind, message }) => json!({ "error": { "kind": kind, "message": message } }),
    }
}

fn perform(request: &Value) -> Answer {
    let request = Fields::of(request)?;
    match request.text("op")? {
        "date" => date(request),
        "decode" => decode(request),
        "encode" => Ok(EncodeUriComponent::new(request.text("text")?).to_string().into()),
        "exchange" => exchange::exchange(request),
        "parse" => parse(request),
        "record" => Ok(Record::<Document>::from_json(request.text("json")?)?.to_json()?.into()),
        "serialize" => serialize(request),
        "sign" => sign(request),
        "uid" => Ok(Uid::new(&request.hex("bytes_hex")?).to_string().into()),
        "unsign" => unsign(request),
        _ => Err(Failure::new("unsupported", "no such operation")),
    }
}

/// Bytes as they stand in a reply: text where they are UTF-8.
fn spelled(bytes: Vec<u8>) -> Value {
    String::from_utf8(bytes).map_or_else(
        |error| {
            let digits: String = error.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "hex": digits })
        },
        Value::from,
    )
}

fn parse(request: Fields<'_>) -> Answer {
    let header = request.bytes("header")?;
    // `first_of_each` needs no heap, but its time grows faster than a hostile header does.
    let mut seen = HashSet::new();
    let pairs = Cookies::new(&header).filter(|pair| seen.insert(pair.name()));
    Ok(pairs.map(|pair| json!([spelled(pair.name().to_vec()), spelled(pair.value().bytes().collect())])).collect())
}

fn decode(request: Fields<'_>) -> Answer {
    let text = request.bytes("text")?;
    let decoded = Decoded::of(&text).map_err(|error| Failure::new("malformed", error.to_string()))?;
    Ok(spelled(decoded.bytes().collect()))
}

fn sign(request: Fields<'_>) -> Answer {
    let value = request.text("value")?;
    let key = Key::new(request.bytes("secret")?);
    Ok(format!("{value}.{}", key.sign(value).as_str()).into())
}

fn unsign(request: Fields<'_>) -> Answer {
    let input = request.text("input")?;
    let secrets = match request.list("secrets") {
        Ok(_) if request.has("secret") || request.has("secret_hex") => {
            return Err(Failure::request("both a secret and secrets"));
        }
        Ok(secrets) => secrets.iter().map(bytes_of).collect::<Result<Vec<_>, _>>()?,
        Err(_) => vec![request.bytes("secret")?],
    };
    let mut keys = secrets.into_iter().map(Key::new);
    let Some(first) = keys.next() else { return Ok(false.into()) };
    Ok(match KeyRing::new(first, keys.collect::<Vec<_>>()).unsign(input) {
        Ok(unsigned) => json!({ "value": unsigned.text(), "key": unsigned.key() }),
        Err(_) => false.into(),
    })
}

fn date(request: Fields<'_>) -> Answer {
    let at = request.time("ms")?;
    Ok(json!({ "utc": at.http_date().to_string(), "iso": at.iso8601().to_string() }))
}

fn serialize(request: Fields<'_>) -> Answer {
    const KNOWN: [&str; 9] =
        ["domain", "expires", "httpOnly", "maxAge", "partitioned", "path", "priority", "sameSite", "secure"];
    let options = request.fields("options")?;
    options.only(&KNOWN)?;
    let given: Map<_, _> =
        options.iter().filter(|(_, value)| is_given(value)).map(|(n, v)| (n.clone(), v.clone())).collect();
    let given = Fields::from(&given);

    let seconds =
        given.optional("maxAge", Fields::number)?.map(|seconds| spelled_number(seconds.floor())).transpose()?;
    let mut attributes = CookieAttributes::new()
        .domain(given.optional("domain", Fields::text)?.unwrap_or_default())
        .path(given.optional("path", Fields::text)?.unwrap_or_default())
        .http_only(given.optional("httpOnly", Fields::boolean)?.unwrap_or_default())
        .secure(given.optional("secure", Fields::boolean)?.unwrap_or_default())
        .partitioned(given.optional("partitioned", Fields::boolean)?.unwrap_or_default());
    if let Some(seconds) = &seconds {
        attributes = attributes.max_age_spelled(seconds);
    }
    if let Some(ms) = given.optional("expires", Fields::number)? {
        attributes = attributes.expires(Timestamp::from_unix_ms(fields::truncated(ms)?)?);
    }
    if let Some(name) = given.optional("priority", Fields::text)? {
        attributes = Priority::from_attribute(Attribute::Text(name))?.map_or(attributes, |p| attributes.priority(p));
    }
    if let Some(value) = given.optional("sameSite", Fields::attribute)? {
        attributes = SameSite::from_attribute(value)?.map_or(attributes, |rule| attributes.same_site(rule));
    }
    let name = CookieName::new(request.text("name")?)?;
    Ok(SetCookie::new(name, request.text("value")?, attributes)?.to_string().into())
}

/// A number as JavaScript spells it, which is how a document keeps it.
fn spelled_number(number: f64) -> Result<String, Failure> {
    let mut document = <Document>::default();
    document.set("number", &number)?;
    Ok(document.get_json("number").unwrap_or_default().to_owned())
}
