//! Sessions in Redis, or in a Redis Cluster.
#![forbid(unsafe_code)]

use core::marker::PhantomData;
use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};
use session_core::{
    Answer, Document, Handle, JsonError, Key, Loaded, Pending, Principal, Record, RecordError, StoreKey, StoreOp,
    Timestamp,
};

/// The bytes that were loaded: by them Redis tells two writes of a record apart.
pub type Revision = Arc<[u8]>;

/// What a session holds, as it stands in Redis.
pub trait SessionData: Sized + Send + Sync + 'static {
    /// Reads Express's document.
    ///
    /// # Errors
    ///
    /// [`RecordError`]
    fn read(text: &str) -> Result<Record<Self>, RecordError>;

    /// Writes it.
    ///
    /// # Errors
    ///
    /// [`JsonError`]
    fn write(record: &Record<Self>) -> Result<String, JsonError>;
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> SessionData for Document<T> {
    fn read(text: &str) -> Result<Record<Self>, RecordError> {
        Record::<Self>::from_json(text)
    }

    fn write(record: &Record<Self>) -> Result<String, JsonError> {
        record.to_json()
    }
}

/// Sessions of data `T` under keys of one prefix; a clone is another handle to the same connection.
pub struct RedisStore<T> {
    prefix: Arc<str>,
    data: PhantomData<fn() -> T>,
}

impl<T> Clone for RedisStore<T> {
    fn clone(&self) -> Self {
        Self { prefix: Arc::clone(&self.prefix), data: PhantomData }
    }
}

impl<T: SessionData> RedisStore<T> {
    /// Connects: one address is a server, several are nodes of a cluster.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: only what a program cannot go on with, such as an address that is none. A server that is away at
    /// the start is none of it: calls fail until it is there.
    pub async fn connect(addresses: &[&str], prefix: &str) -> Result<Self, StoreError> {
        todo!("{addresses:?} {prefix}")
    }

    /// What is under this key, if anything.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: answer with 503 then, and never with "no session".
    pub async fn load(&self, key: &StoreKey) -> Result<Option<Loaded<T, Revision>>, StoreError> {
        todo!("{key:?}")
    }

    /// All that the cookies of a request name.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load).
    pub async fn load_all(&self, pending: &Pending<'_, T>) -> Result<Vec<Loaded<T, Revision>>, StoreError> {
        todo!("{}", pending.candidates().count())
    }

    /// Does what a session asks for; the kind of the operation says by whose rules (see the crate's docs).
    ///
    /// A write that was sent and got no answer is [`Answer::Unknown`].
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub async fn apply(&self, op: StoreOp<'_, T, Revision>, now: Timestamp) -> Result<Answer<Revision>, StoreError> {
        todo!("{op:?} {now:?}")
    }

    /// How often this principal was signed out everywhere.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: open no session then.
    pub async fn epoch(&self, principal: &Principal) -> Result<u64, StoreError> {
        todo!("{principal:?}")
    }

    /// Signs the principal out everywhere.
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn end_all_of(&self, principal: &Principal) -> Result<(), StoreError> {
        todo!("{principal:?}")
    }

    /// All sessions that are there, found without blocking Redis (`SCAN`), each once, of every node.
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn list(&self, handles: &Key) -> Result<Vec<Listed<T>>, StoreError> {
        todo!("{handles:?}")
    }
}

/// A session in a list.
pub struct Listed<T> {
    /// Its name for a page: never its key.
    pub handle: Handle,
    /// What was loaded; its `ttl_left` says when it ends.
    pub loaded: Loaded<T, Revision>,
}

/// Redis could not be asked, or has refused.
#[derive(Debug)]
pub struct StoreError(());

impl core::fmt::Display for StoreError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the session store cannot be asked")
    }
}

impl core::error::Error for StoreError {}
