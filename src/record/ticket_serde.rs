//! The ticket in serde's formats: the object `sessionCore` of a document, or a tuple in binary ones.

use core::fmt;

use ::serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{self, SerializeMap, SerializeTuple};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::RecordError;
use crate::text::ShortText;
use crate::ticket::{Principal, Ticket, WriteId};
use crate::time::Timestamp;

/// Whoever changes what is written counts it up; other versions are refused and left as they are.
const VERSION: u8 = 1;
const ELEMENTS: usize = 8;
/// `Number.MAX_SAFE_INTEGER`: a number over it is another one once JavaScript has written it again.
const MAX_EPOCH: u64 = (1 << 53) - 1;

/// The names in their order; those without a value are left out: no login, epoch 0, nobody, no write id, not moved.
const NAMES: [&str; ELEMENTS] = ["v", "created", "login", "end", "epoch", "principal", "write", "moved"];

impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { created, login, end, epoch, principal, write_id, moved } = self;
        let created = created.as_unix_ms();
        let login = login.map(Timestamp::as_unix_ms);
        let end = end.as_unix_ms();
        let principal = principal.as_ref().map(Principal::as_str);
        let write_id = write_id.as_ref().map(WriteId::as_str);
        if !serializer.is_human_readable() {
            let mut tuple = serializer.serialize_tuple(ELEMENTS)?;
            tuple.serialize_element(&VERSION)?;
            tuple.serialize_element(&created)?;
            tuple.serialize_element(&login)?;
            tuple.serialize_element(&end)?;
            tuple.serialize_element(epoch)?;
            tuple.serialize_element(&principal.unwrap_or_default())?;
            tuple.serialize_element(&write_id.unwrap_or_default())?;
            tuple.serialize_element(moved)?;
            return tuple.end();
        }
        if *epoch > MAX_EPOCH {
            return Err(ser::Error::custom("an epoch is over 2^53 - 1, which JSON cannot hold"));
        }
        let [v, created_name, login_name, end_name, epoch_name, principal_name, write_name, moved_name] = NAMES;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry(v, &VERSION)?;
        object.serialize_entry(created_name, &created)?;
        if let Some(login) = login {
            object.serialize_entry(login_name, &login)?;
        }
        object.serialize_entry(end_name, &end)?;
        if *epoch != 0 {
            object.serialize_entry(epoch_name, epoch)?;
        }
        if let Some(principal) = principal {
            object.serialize_entry(principal_name, principal)?;
        }
        if let Some(write_id) = write_id {
            object.serialize_entry(write_name, write_id)?;
        }
        if *moved {
            object.serialize_entry(moved_name, moved)?;
        }
        object.end()
    }
}

impl<'de> Deserialize<'de> for Ticket {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TicketSeed::new(&mut None, false).deserialize(deserializer)
    }
}

/// Reads a ticket and, where it is none, says so: an error of serde's could not.
pub(super) struct TicketSeed<'p> {
    problem: &'p mut Option<RecordError>,
    /// There was one before.
    again: bool,
}

impl<'p> TicketSeed<'p> {
    pub(super) const fn new(problem: &'p mut Option<RecordError>, again: bool) -> Self {
        Self { problem, again }
    }
}

impl<'de> DeserializeSeed<'de> for TicketSeed<'_> {
    type Value = Ticket;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Ticket, D::Error> {
        let read = if self.again {
            Err(D::Error::custom(RecordError::Ticket))
        } else if deserializer.is_human_readable() {
            deserializer.deserialize_map(ObjectVisitor)
        } else {
            deserializer.deserialize_tuple(ELEMENTS, TupleVisitor)
        };
        if read.is_err() {
            *self.problem = Some(RecordError::Ticket);
        }
        read
    }
}

/// What has been read of a ticket.
#[derive(Default)]
struct Parts {
    version: Option<u8>,
    created: Option<i64>,
    login: Option<i64>,
    end: Option<i64>,
    epoch: Option<u64>,
    principal: Option<Principal>,
    write_id: Option<WriteId>,
    moved: Option<bool>,
}

impl Parts {
    fn finish<E: Error>(self) -> Result<Ticket, E> {
        self.ticket().ok_or_else(refusal)
    }

    fn ticket(self) -> Option<Ticket> {
        let instant = |ms: i64| Timestamp::from_unix_ms(ms).ok();
        (self.version? == VERSION).then_some(())?;
        Some(Ticket {
            created: instant(self.created?)?,
            login: match self.login {
                None => None,
                Some(ms) => Some(instant(ms)?),
            },
            end: instant(self.end?)?,
            epoch: self.epoch.unwrap_or_default(),
            principal: self.principal,
            write_id: self.write_id,
            moved: self.moved.unwrap_or_default(),
        })
    }
}

fn refusal<E: Error>() -> E {
    E::custom(RecordError::Ticket)
}

/// Takes a value for a name that has none yet.
fn once<T, E: Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    if place.replace(value).is_some() { Err(refusal()) } else { Ok(()) }
}

/// An array is no ticket, so it is not read with the visitor of tuples.
struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Ticket;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ticket")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Ticket, A::Error> {
        let mut parts = Parts::default();
        while let Some(Place(place)) = members.next_key()? {
            match place {
                0 => once(&mut parts.version, members.next_value()?)?,
                1 => once(&mut parts.created, members.next_value()?)?,
                2 => once(&mut parts.login, members.next_value()?)?,
                3 => once(&mut parts.end, members.next_value()?)?,
                4 => once(&mut parts.epoch, members.next_value()?)?,
                5 => once(&mut parts.principal, principal(&members.next_value::<Short>()?)?)?,
                6 => once(&mut parts.write_id, write_id(&members.next_value::<Short>()?)?)?,
                7 => once(&mut parts.moved, members.next_value()?)?,
                // To drop it would lose it when the document is written.
                _ => return Err(refusal()),
            }
        }
        // It is another number than the one that was written.
        if parts.epoch.is_some_and(|epoch| epoch > MAX_EPOCH) {
            return Err(refusal());
        }
        parts.finish()
    }
}

struct TupleVisitor;

impl<'de> Visitor<'de> for TupleVisitor {
    type Value = Ticket;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ticket")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Ticket, A::Error> {
        let mut parts = Parts { version: elements.next_element()?, ..Parts::default() };
        parts.created = elements.next_element()?;
        parts.login = elements.next_element()?.ok_or_else(refusal)?;
        parts.end = elements.next_element()?;
        parts.epoch = elements.next_element()?;
        let text = elements.next_element::<Short>()?.ok_or_else(refusal)?;
        parts.principal = if text.0.as_bytes().is_empty() { None } else { Some(principal(&text)?) };
        let text = elements.next_element::<Short>()?.ok_or_else(refusal)?;
        parts.write_id = if text.0.as_bytes().is_empty() { None } else { Some(write_id(&text)?) };
        parts.moved = Some(elements.next_element()?.ok_or_else(refusal)?);
        parts.finish()
    }
}

fn principal<E: Error>(text: &Short) -> Result<Principal, E> {
    text.0.as_str().parse().map_err(|_| refusal())
}

fn write_id<E: Error>(text: &Short) -> Result<WriteId, E> {
    WriteId::from_text(text.0.as_str()).ok_or_else(refusal)
}

/// The place of a name in [`NAMES`]; one that is unknown stands behind them.
struct Place(usize);

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Short::deserialize(deserializer)?;
        Ok(Self(NAMES.iter().position(|known| *known == name.0.as_str()).unwrap_or(NAMES.len())))
    }
}

/// A text that may be borrowed for a moment only.
struct Short(ShortText<64>);

impl<'de> Deserialize<'de> for Short {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShortVisitor;

        impl Visitor<'_> for ShortVisitor {
            type Value = Short;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a short text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Short, E> {
                ShortText::new(text).map(Short).map_err(|_| refusal())
            }
        }

        deserializer.deserialize_str(ShortVisitor)
    }
}
