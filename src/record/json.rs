//! A record as the text of Express's document.

#[cfg(feature = "alloc")]
use alloc::string::String;
use core::fmt;

#[cfg(feature = "alloc")]
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Record;
#[cfg(feature = "alloc")]
use super::cookie_serde::CookieSeed;
use super::error::RecordError;
use super::serde::RecordSeed;
#[cfg(feature = "alloc")]
use super::ticket_serde::TicketSeed;
#[cfg(feature = "alloc")]
use crate::cookie::SessionCookie;
#[cfg(feature = "alloc")]
use crate::document::Document;
use crate::fingerprint::{Fingerprint, FingerprintWriter};
use crate::json::{self, JsonError, JsonErrorKind};
use crate::text::SliceWriter;
#[cfg(feature = "alloc")]
use crate::ticket::Ticket;

impl<T> Record<T> {
    /// Reads Express's document, `{"cookie":{…},…data}`, with no heap.
    ///
    /// Texts with escapes are unescaped in `scratch`; the length of `text` is always enough. Names that `T` does not
    /// know are passed over, and would be missing when the record is written back: where other programs write into the
    /// same store, take a `Document` (feature `alloc`).
    ///
    /// # Errors
    ///
    /// [`RecordError`]: nothing is wrong with the store then, and nothing in it has to be given up.
    pub fn from_json_in<'de>(text: &'de str, scratch: &mut [u8]) -> Result<Self, RecordError>
    where
        T: Deserialize<'de>,
    {
        let mut problem = None;
        let read = json::from_json_seed(text, scratch, RecordSeed::new(&mut problem));
        read.map_err(|error| why(error, problem))
    }

    /// Writes Express's document with no heap: the cookie first, then the fields of the data.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if the data is no object, or refuses to be written, or `out` does.
    pub fn write_json(&self, out: &mut dyn fmt::Write) -> Result<(), JsonError>
    where
        T: Serialize,
    {
        json::write_json(self, out)
    }

    /// Writes Express's document into a buffer and gives what was written.
    ///
    /// # Errors
    ///
    /// [`RecordError::BufferTooShort`], which says the length that is needed, or [`RecordError::Json`].
    pub fn write_json_to<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, RecordError>
    where
        T: Serialize,
    {
        let mut writer = SliceWriter::new(buffer);
        self.write_json(&mut writer).map_err(RecordError::Json)?;
        writer.finish().map_err(RecordError::BufferTooShort)
    }
}

#[cfg(feature = "alloc")]
impl<T: DeserializeOwned> Record<T> {
    /// [`from_json_in`](Self::from_json_in) with a scratch buffer of its own.
    ///
    /// # Errors
    ///
    /// [`RecordError`]
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        Self::from_json_in(text, &mut alloc::vec![0; text.len()])
    }
}

#[cfg(feature = "alloc")]
impl<T: Serialize> Record<T> {
    /// [`write_json`](Self::write_json) into a new `String`.
    ///
    /// # Errors
    ///
    /// [`JsonError`]
    pub fn to_json(&self) -> Result<String, JsonError> {
        let mut text = String::new();
        self.write_json(&mut text)?;
        Ok(text)
    }
}

#[cfg(feature = "alloc")]
impl<T: Serialize + DeserializeOwned> Record<Document<T>> {
    /// Reads Express's document with all that other programs have put into it.
    ///
    /// It is read as `createSession` of express-session reads it: names that Express refuses are left out, and
    /// [`Record::is_altered`] says so.
    ///
    /// # Errors
    ///
    /// [`RecordError`] where Express throws; nothing in the store has to be given up.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        let parsed = Document::from_json(text).map_err(RecordError::Json)?;
        let cookie = read_cookie(parsed.cookie.ok_or(RecordError::NoCookie)?)?;
        if parsed.ticket_again {
            return Err(RecordError::Ticket);
        }
        let ticket = parsed.ticket.map(read_ticket).transpose()?;
        Ok(Self::new(cookie, parsed.document).with_ticket(ticket).altered(parsed.altered))
    }

    /// Writes the document as Node would: `JSON.stringify(req.session)`.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if the view is no object or writes a name that Express refuses.
    pub fn to_json(&self) -> Result<String, JsonError> {
        let mut cookie = String::new();
        json::write_json(self.cookie(), &mut cookie)?;
        let ticket = self.ticket().map(json::to_json).transpose()?;
        let mut text = String::new();
        self.data().write_json(&cookie, ticket.as_deref(), &mut text)?;
        Ok(text)
    }
}

/// A part that could not be read for lack of room, or since the text is none, is no problem of its own.
fn why(error: JsonError, problem: Option<RecordError>) -> RecordError {
    match error.kind() {
        JsonErrorKind::ScratchTooShort { .. } | JsonErrorKind::Syntax | JsonErrorKind::TooDeep => None,
        _ => problem,
    }
    .unwrap_or(RecordError::Json(error))
}

#[cfg(feature = "alloc")]
fn read_cookie(text: &str) -> Result<SessionCookie, RecordError> {
    let mut problem = None;
    let read = json::from_json_seed(text, &mut alloc::vec![0; text.len()], CookieSeed::new(&mut problem));
    read.map_err(|error| why(error, problem))
}

#[cfg(feature = "alloc")]
fn read_ticket(text: &str) -> Result<Ticket, RecordError> {
    let mut problem = None;
    let read = json::from_json_seed(text, &mut alloc::vec![0; text.len()], TicketSeed::new(&mut problem, false));
    read.map_err(|error| why(error, problem))
}

impl Fingerprint {
    /// The fingerprint of what serde writes of the data as JSON, with no heap.
    ///
    /// Data that serde refuses to write have the fingerprint of what was written until then; they cannot be stored
    /// either.
    #[must_use]
    pub fn of_json<T: Serialize>(data: &T) -> Self {
        let mut writer = FingerprintWriter::new();
        let _refused = json::write_json(data, &mut writer);
        writer.fingerprint()
    }

    /// The fingerprint of a document without its cookie, which is what express-session hashes.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn of_document<T: Serialize>(document: &Document<T>) -> Self {
        let mut writer = FingerprintWriter::new();
        let _refused = document.write_data(&mut writer);
        writer.fingerprint()
    }
}
