//! The store: one connection, the keys of one prefix, and how a session is read.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use redis::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::{Document, Loaded, Pending, Record, StoreKey};

use crate::connection::Connection;
use crate::error::{StoreError, StoreErrorKind};
use crate::report::{Incident, Unreadable};
use crate::script;
use crate::settings::Settings;

/// The bytes that were loaded: by them Redis tells two writes of a record apart.
pub type Revision = Arc<[u8]>;

/// What keys begin with that are none of sessions.
pub(crate) const EPOCHS: &str = "epoch:";

/// What stands in each mark; in the text of a string its quotes would have a backslash.
pub(crate) const IN_A_MARK: &[u8] = b"\"moved\":true";

/// Sessions of data `T` under keys of one prefix; a clone is another handle to the same connection.
pub struct RedisStore<T> {
    pub(crate) connection: Connection,
    pub(crate) prefix: Arc<str>,
    pub(crate) settings: Arc<Settings<T>>,
}

impl<V: Serialize + DeserializeOwned + Default> RedisStore<Document<V>> {
    /// Connects: one address is a server, several are nodes of a cluster.
    ///
    /// `prefix` stands before each session's key, `sess:` in connect-redis. A connection is tried before this
    /// returns, for two seconds at most.
    ///
    /// ```no_run
    /// use session_core::Document;
    /// use session_core_redis::RedisStore;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), session_core_redis::StoreError> {
    /// let store = RedisStore::<Document>::connect(&["redis://127.0.0.1:6379/"], "sess:").await?;
    /// let found = store.load(&"an-id".parse().expect("a key")).await?;
    /// # assert!(found.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError`]: only what a program cannot go on with, such as an address that is none or a wrong password. A server
    /// that is away at the start is none of it: calls fail until it is there.
    pub async fn connect(addresses: &[&str], prefix: &str) -> Result<Self, StoreError> {
        Self::connect_with(addresses, prefix, Settings::documents()).await
    }
}

impl<T> RedisStore<T> {
    /// [`connect`](RedisStore::connect) with settings of one's own.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn connect_with(addresses: &[&str], prefix: &str, settings: Settings<T>) -> Result<Self, StoreError> {
        // Whoever lists or wipes sessions would find epochs among them.
        if EPOCHS.starts_with(prefix) || prefix.starts_with(EPOCHS) {
            return Err(StoreError::new(StoreErrorKind::Prefix));
        }
        let connection = Connection::open(addresses, settings.connection_timeout, settings.response_timeout)?;
        match connection.tell(&redis::cmd("PING")).await {
            Err(failure) if failure.error.kind() == StoreErrorKind::NotPermitted => Err(failure.error),
            _ => Ok(Self { connection, prefix: prefix.into(), settings: Arc::new(settings) }),
        }
    }

    /// What is under this key, if anything.
    ///
    /// A document that cannot be read is nothing: it stays where it is, and [`Settings::with_report`] hears of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: answer with 503 then, and never with "no session".
    pub async fn load(&self, key: &StoreKey) -> Result<Option<Loaded<T, Revision>>, StoreError> {
        let longest = self.settings.longest_document.to_string();
        let name = self.name(key);
        let arguments = [longest.as_bytes()];
        let call = script::LOAD.call(&name, &arguments);
        let answer = self.connection.ask_script(&call).await.map_err(|failure| failure.error)?;
        let problem = match answer {
            Value::Nil => return Ok(None),
            Value::Array(parts) => return self.loaded(*key, parts),
            Value::Int(1) => Unreadable::Type,
            Value::Int(2) => Unreadable::TooLong,
            _ => return Err(StoreError::new(StoreErrorKind::Answer)),
        };
        (self.settings.report)(Incident::Unreadable(problem));
        Ok(None)
    }

    /// All that the cookies of a request name, each with its principal's [`epoch`](Self::epoch) if the policy counts them.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load).
    pub async fn load_all(&self, pending: &Pending<'_, T>) -> Result<Vec<Loaded<T, Revision>>, StoreError> {
        let mut found = Vec::new();
        // Mostly there is one.
        let keys: Vec<_> = pending.candidates().collect();
        for key in keys {
            if let Some(loaded) = self.load(&key).await? {
                found.push(if pending.counts_epochs() { self.with_epoch(loaded).await? } else { loaded });
            }
        }
        Ok(found)
    }

    /// The key in Redis.
    pub(crate) fn name(&self, key: &StoreKey) -> String {
        format!("{}{}", self.prefix, key.as_str())
    }

    /// A document as a record, if it is one.
    pub(crate) fn read(&self, document: &[u8]) -> Result<Record<T>, Unreadable> {
        let text =
            core::str::from_utf8(document).map_err(|error| Unreadable::Encoding { offset: error.valid_up_to() })?;
        (self.settings.format.read)(text).map_err(Unreadable::Document)
    }

    /// Whether it stands where a session was until it went on under another key.
    pub(crate) fn is_mark(&self, document: &[u8]) -> bool {
        let may_be = document.windows(IN_A_MARK.len()).any(|part| part == IN_A_MARK);
        may_be && self.read(document).is_ok_and(|record| record.is_moved())
    }

    fn loaded(&self, key: StoreKey, parts: Vec<Value>) -> Result<Option<Loaded<T, Revision>>, StoreError> {
        let Ok([Value::BulkString(document), Value::Int(left)]) = <[Value; 2]>::try_from(parts) else {
            return Err(StoreError::new(StoreErrorKind::Answer));
        };
        let record = match self.read(&document) {
            Ok(record) => record,
            Err(problem) => {
                (self.settings.report)(Incident::Unreadable(problem));
                return Ok(None);
            }
        };
        let loaded = Loaded::new(key, record).with_revision(Revision::from(document));
        // -1: Redis would keep it for ever, so it is for the record to say when it ends.
        Ok(Some(match u64::try_from(left) {
            Ok(left) => loaded.with_ttl_left(Duration::from_millis(left)),
            Err(_) => loaded,
        }))
    }
}

impl<T> Clone for RedisStore<T> {
    fn clone(&self) -> Self {
        Self {
            connection: self.connection.clone(),
            prefix: Arc::clone(&self.prefix),
            settings: Arc::clone(&self.settings),
        }
    }
}

/// The address may hold a password.
impl<T> fmt::Debug for RedisStore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
