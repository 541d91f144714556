//! The session's cookie in serde's formats: the object `cookie` of Express's document, or a tuple in binary ones.

use core::fmt;

use ::serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{SerializeMap, SerializeTuple};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::RecordError;
use super::scalar::{AsJson, AsTuple, AttributeText, Scalar, attribute_of, expires_of, max_age_of};
use crate::cookie::{Attribute, Field, SessionCookie, pairs};
use crate::expiry::{Expires, Expiry, MaxAge};
use crate::text::ShortText;

const ATTRIBUTES: usize = Field::ALL.len();

/// As Express: `originalMaxAge`, `partitioned`, `priority`, `expires`, `secure`, `httpOnly`, `domain`, `path`, `sameSite`.
impl Serialize for SessionCookie {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.serialize_object(serializer)
        } else {
            self.serialize_tuple(serializer)
        }
    }
}

impl SessionCookie {
    fn serialize_object<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let expiry = self.expiry();
        let mut object = serializer.serialize_map(None)?;
        if expiry.original_max_age() != MaxAge::Absent {
            object.serialize_entry("originalMaxAge", &AsJson(expiry.original_max_age()))?;
        }
        for (field, value) in pairs(self.attributes()) {
            // `expires` stands before `secure`.
            if field == Field::Secure && expiry.expires() != Expires::Absent {
                object.serialize_entry("expires", &AsJson(expiry.expires()))?;
            }
            if value != Attribute::Absent {
                object.serialize_entry(field.name(), &AsJson(value))?;
            }
        }
        object.end()
    }

    fn serialize_tuple<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(2 + ATTRIBUTES)?;
        tuple.serialize_element(&AsTuple(self.expiry().original_max_age()))?;
        tuple.serialize_element(&AsTuple(self.expiry().expires()))?;
        for value in self.attributes() {
            tuple.serialize_element(&AsTuple(value))?;
        }
        tuple.end()
    }
}

/// As Express reads it: what is missing gets the values of `new Cookie()`, unknown fields are dropped.
impl<'de> Deserialize<'de> for SessionCookie {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        CookieSeed::new(&mut None).deserialize(deserializer)
    }
}

/// Reads a cookie and, where it is none, says why: an error of serde's could not.
pub(super) struct CookieSeed<'p> {
    problem: &'p mut Option<RecordError>,
}

impl<'p> CookieSeed<'p> {
    pub(super) const fn new(problem: &'p mut Option<RecordError>) -> Self {
        Self { problem }
    }

    fn fail<E: Error>(self, problem: RecordError) -> E {
        *self.problem = Some(problem);
        E::custom(problem)
    }
}

impl<'de> DeserializeSeed<'de> for CookieSeed<'_> {
    type Value = SessionCookie;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SessionCookie, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_tuple(2 + ATTRIBUTES, TupleVisitor)
        }
    }
}

/// `sess.cookie` of `createSession`: an object, or what JavaScript takes for none: then it is as `new Cookie()`.
impl<'de> Visitor<'de> for CookieSeed<'_> {
    type Value = SessionCookie;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cookie of a session")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<SessionCookie, A::Error> {
        let mut expiry = (MaxAge::Absent, Expires::Null);
        let mut cookie = SessionCookie::default();
        while let Some(name) = members.next_key::<FieldName>()? {
            let Some(name) = name.0 else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = members.next_value::<Scalar>()?;
            if let Err(problem) = assign(&mut cookie, &mut expiry, name, &value) {
                return Err(self.fail(problem));
            }
        }
        Ok(cookie.with_expiry(Expiry::from_parts(expiry.0, expiry.1)))
    }

    /// An array is an object, of which no field is known.
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<SessionCookie, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(none())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<SessionCookie, E> {
        if value { Err(self.fail(RecordError::CookieNotObject)) } else { Ok(none()) }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<SessionCookie, E> {
        self.visit_bool(value != 0)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<SessionCookie, E> {
        self.visit_bool(value != 0)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<SessionCookie, E> {
        self.visit_bool(value != 0.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SessionCookie, E> {
        self.visit_bool(!text.is_empty())
    }

    fn visit_unit<E: Error>(self) -> Result<SessionCookie, E> {
        Err(self.fail(RecordError::NoCookie))
    }
}

/// A document whose cookie has no field.
fn none() -> SessionCookie {
    SessionCookie::default().with_expiry(Expiry::from_parts(MaxAge::Absent, Expires::Null))
}

fn assign(
    cookie: &mut SessionCookie,
    expiry: &mut (MaxAge, Expires),
    name: Name,
    value: &Scalar,
) -> Result<(), RecordError> {
    match name {
        Name::OriginalMaxAge => expiry.0 = value.max_age()?,
        Name::Expires => expiry.1 = value.expires()?,
        Name::Attribute(field) => {
            let mut digits = ShortText::EMPTY;
            let value = value.attribute(&mut digits)?;
            cookie.set_attribute(field, value).map_err(|_| RecordError::AttributesTooLong)?;
        }
    }
    Ok(())
}

/// The name of a field, or nothing if Express does not keep it.
struct FieldName(Option<Name>);

#[derive(Clone, Copy)]
enum Name {
    Attribute(Field),
    Expires,
    OriginalMaxAge,
}

impl<'de> Deserialize<'de> for FieldName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl Visitor<'_> for NameVisitor {
            type Value = FieldName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<FieldName, E> {
                Ok(FieldName(match name {
                    "originalMaxAge" => Some(Name::OriginalMaxAge),
                    "expires" => Some(Name::Expires),
                    _ => Field::from_name(name).map(Name::Attribute),
                }))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct TupleVisitor;

impl<'de> Visitor<'de> for TupleVisitor {
    type Value = SessionCookie;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cookie of a session")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<SessionCookie, A::Error> {
        fn some<T, E: Error>(value: Option<T>) -> Result<T, E> {
            value.ok_or_else(|| E::custom("no cookie that this version has written"))
        }
        let original_max_age = some(max_age_of(some(elements.next_element()?)?))?;
        let expires = some(expires_of(some(elements.next_element()?)?))?;
        let mut cookie = SessionCookie::default();
        for field in Field::ALL {
            some(elements.next_element_seed(AttributeSeed { field, cookie: &mut cookie })?)?;
        }
        Ok(cookie.with_expiry(Expiry::from_parts(original_max_age, expires)))
    }
}

/// Reads an attribute straight into the cookie, since its text may be borrowed for a moment only.
struct AttributeSeed<'c> {
    field: Field,
    cookie: &'c mut SessionCookie,
}

impl<'de> DeserializeSeed<'de> for AttributeSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for AttributeSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let missing = || A::Error::custom("no attribute that this version has written");
        let tag = elements.next_element()?.ok_or_else(missing)?;
        let text = elements.next_element::<AttributeText>()?.ok_or_else(missing)?.0;
        let value = attribute_of(tag, text.as_str()).ok_or_else(missing)?;
        self.cookie.set_attribute(self.field, value).map_err(A::Error::custom)
    }
}
