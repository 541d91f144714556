//! How a store reads and writes sessions, how long it waits, and who hears of what is wrong.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::{Document, JsonError, Record, RecordError, Timestamp};

use crate::report::Incident;

/// How a store reads and writes sessions, how long it waits, and who hears of what is wrong.
///
/// ```
/// use core::time::Duration;
/// use session_core::Document;
/// use session_core_redis::Settings;
///
/// let settings: Settings<Document> = Settings::documents()
///     .with_response_timeout(Duration::from_millis(200))
///     .with_report(|incident| eprintln!("sessions: {incident}"));
/// ```
pub struct Settings<T> {
    pub(crate) format: Format<T>,
    pub(crate) connection_timeout: Duration,
    pub(crate) response_timeout: Duration,
    pub(crate) longest_document: usize,
    pub(crate) report: Arc<dyn Fn(Incident) + Send + Sync>,
}

/// How records of this data become text and come back.
pub(crate) struct Format<T> {
    pub(crate) read: fn(&str) -> Result<Record<T>, RecordError>,
    pub(crate) write: fn(&Record<T>) -> Result<String, JsonError>,
    /// [`Record::moved`]
    pub(crate) mark: fn(Timestamp, Timestamp) -> Record<T>,
}

impl<V: Serialize + DeserializeOwned + Default> Settings<Document<V>> {
    /// For data that keep what other programs put into a session: where one of them is an Express app, these are it.
    #[must_use]
    pub fn documents() -> Self {
        Self::of(Format {
            read: Record::<Document<V>>::from_json,
            write: Record::<Document<V>>::to_json,
            mark: Record::moved,
        })
    }
}

impl<T: Serialize + DeserializeOwned + Default> Settings<T> {
    /// For data that are all there is in a session: names that `T` does not know are lost when it is written.
    #[must_use]
    pub fn of_one_program() -> Self {
        Self::of(Format { read: Record::<T>::from_json, write: Record::<T>::to_json, mark: Record::moved })
    }
}

impl<T> Settings<T> {
    fn of(format: Format<T>) -> Self {
        Self {
            format,
            connection_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
            longest_document: 1 << 20,
            report: Arc::new(|_| {}),
        }
    }

    /// How long to wait for a connection: 1 s.
    #[must_use]
    pub const fn with_connection_timeout(mut self, timeout: Duration) -> Self {
        self.connection_timeout = timeout;
        self
    }

    /// How long to wait for an answer: 1 s. Then a write is [`Answer::Unknown`](session_core::Answer::Unknown).
    #[must_use]
    pub const fn with_response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// The longest document in bytes that is read or written: 1 MiB. A longer one that another program has written is
    /// [`Unreadable::TooLong`](crate::Unreadable::TooLong).
    #[must_use]
    pub const fn with_longest_document(mut self, bytes: usize) -> Self {
        self.longest_document = bytes;
        self
    }

    /// Who hears of what is wrong: nobody, if it is not said.
    #[must_use]
    pub fn with_report(mut self, report: impl Fn(Incident) + Send + Sync + 'static) -> Self {
        self.report = Arc::new(report);
        self
    }
}

impl<T> Clone for Settings<T> {
    fn clone(&self) -> Self {
        Self { report: Arc::clone(&self.report), ..*self }
    }
}

impl<T> fmt::Debug for Settings<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("connection_timeout", &self.connection_timeout)
            .field("response_timeout", &self.response_timeout)
            .field("longest_document", &self.longest_document)
            .finish_non_exhaustive()
    }
}

impl<T> Clone for Format<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Format<T> {}
