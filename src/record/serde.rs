//! A record in serde's formats: Express's document, or in binary formats a tuple that begins with a version.

use core::fmt;
use core::marker::PhantomData;

use ::serde::de::value::BorrowedStrDeserializer;
use ::serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{SerializeMap, SerializeTuple};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};

use super::Record;
use super::cookie_serde::CookieSeed;
use super::error::RecordError;
use super::fields::FieldsOf;
use super::ticket_serde::TicketSeed;
use crate::cookie::SessionCookie;
use crate::reserved::{COOKIE, TICKET, is_reserved};
use crate::ticket::Ticket;

/// The version of the tuple in binary formats.
const VERSION: u8 = 1;
/// Version, cookie, ticket and data.
const ELEMENTS: usize = 4;

impl<T: Serialize> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let mut tuple = serializer.serialize_tuple(ELEMENTS)?;
            tuple.serialize_element(&VERSION)?;
            tuple.serialize_element(&self.cookie)?;
            tuple.serialize_element(&self.ticket)?;
            tuple.serialize_element(&self.data)?;
            return tuple.end();
        }
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry(COOKIE, &self.cookie)?;
        if let Some(ticket) = &self.ticket {
            object.serialize_entry(TICKET, ticket)?;
        }
        self.data.serialize(FieldsOf { object: &mut object })?;
        object.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Record<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RecordSeed::new(&mut None).deserialize(deserializer)
    }
}

/// Reads a record and, where its cookie is none, says why.
pub(super) struct RecordSeed<'p, T> {
    problem: &'p mut Option<RecordError>,
    data: PhantomData<T>,
}

impl<'p, T> RecordSeed<'p, T> {
    pub(super) const fn new(problem: &'p mut Option<RecordError>) -> Self {
        Self { problem, data: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for RecordSeed<'_, T> {
    type Value = Record<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Record<T>, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_map(self)
        } else {
            deserializer.deserialize_tuple(ELEMENTS, TupleVisitor(PhantomData))
        }
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for RecordSeed<'_, T> {
    type Value = Record<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session with its cookie")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Record<T>, A::Error> {
        let (mut cookie, mut ticket, mut altered) = (None, None, false);
        let members = DataMembers {
            members,
            cookie: &mut cookie,
            ticket: &mut ticket,
            altered: &mut altered,
            problem: self.problem,
        };
        let data = T::deserialize(Fields(members));
        let Some(cookie) = cookie else {
            // What is wrong with the data is told only if the cookie was found.
            if data.is_ok() {
                *self.problem = Some(RecordError::NoCookie);
            }
            return Err(data.err().unwrap_or_else(|| A::Error::custom(RecordError::NoCookie)));
        };
        Ok(Record::new(cookie, data?).with_ticket(ticket).altered(altered))
    }
}

/// An array of JSON is no document, so it is not read like one of these.
struct TupleVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TupleVisitor<T> {
    type Value = Record<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session with its cookie")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Record<T>, A::Error> {
        let missing = || A::Error::custom("no record that this version has written");
        if elements.next_element::<u8>()? != Some(VERSION) {
            return Err(missing());
        }
        let cookie = elements.next_element()?.ok_or_else(missing)?;
        let ticket = elements.next_element()?.ok_or_else(missing)?;
        let data = elements.next_element()?.ok_or_else(missing)?;
        Ok(Record::new(cookie, data).with_ticket(ticket))
    }
}

/// The members of an object, for whatever can be written as such: `FieldsOf` is the way back.
struct Fields<A>(A);

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Fields<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, A::Error> {
        while self.0.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, A::Error> {
        self.deserialize_unit(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

/// The members of the document but the cookie and the ticket, which are put aside when they come by (of several cookies
/// the last counts, a second ticket is refused), and names that Express refuses.
struct DataMembers<'c, A> {
    members: A,
    cookie: &'c mut Option<SessionCookie>,
    ticket: &'c mut Option<Ticket>,
    altered: &'c mut bool,
    problem: &'c mut Option<RecordError>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for DataMembers<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let mut seed = Some(seed);
        loop {
            match self.members.next_key_seed(KeySeed { seed: &mut seed })? {
                None => return Ok(None),
                Some(Name::Data(key)) => return Ok(Some(key)),
                Some(Name::Cookie) => *self.cookie = Some(self.members.next_value_seed(CookieSeed::new(self.problem))?),
                Some(Name::Ticket) => {
                    let seed = TicketSeed::new(self.problem, self.ticket.is_some());
                    *self.ticket = Some(self.members.next_value_seed(seed)?);
                }
                Some(Name::Reserved) => {
                    self.members.next_value::<IgnoredAny>()?;
                    *self.altered = true;
                }
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.members.next_value_seed(seed)
    }
}

/// The name of a member, and for the data what it has read of it.
enum Name<K> {
    Cookie,
    Data(K),
    Reserved,
    Ticket,
}

impl<K> Name<K> {
    fn of<E>(name: &str, data: impl FnOnce() -> Result<K, E>) -> Result<Self, E> {
        match name {
            COOKIE => Ok(Self::Cookie),
            TICKET => Ok(Self::Ticket),
            name if is_reserved(name) => Ok(Self::Reserved),
            _ => data().map(Self::Data),
        }
    }
}

/// Hands a name on to the data if it is one of theirs.
struct KeySeed<'k, K> {
    seed: &'k mut Option<K>,
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<'_, K> {
    type Value = Name<K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for KeySeed<'_, K> {
    type Value = Name<K::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Name::of(name, || self.read(BorrowedStrDeserializer::new(name)))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Name::of(name, || self.read(name.into_deserializer()))
    }
}

impl<'de, K: DeserializeSeed<'de>> KeySeed<'_, K> {
    fn read<D: Deserializer<'de>>(self, name: D) -> Result<K::Value, D::Error> {
        let seed = self.seed.take().ok_or_else(|| D::Error::custom("a name was asked for twice"))?;
        seed.deserialize(name)
    }
}
