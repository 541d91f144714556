//! Short texts that a program keeps beside its sessions, under keys outside of their prefix.

use core::time::Duration;

use redis::{Cmd, Value, cmd};
use session_core::StoreKey;

use crate::error::{StoreError, StoreErrorKind};
use crate::store::{EPOCHS, RedisStore};

/// A thousand years: of more, Redis says that it is no time.
const MOST_MS: u64 = 31_556_952_000_000;

impl<T> RedisStore<T> {
    /// Keeps a short text for so long, under a name outside of the sessions' prefix: `presence:…`, say.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it may have been written all the same.
    pub async fn put_note(&self, name: &str, text: &str, life: Duration) -> Result<(), StoreError> {
        self.check(name)?;
        self.note_command(cmd("SET").arg(name).arg(text).arg("PX").arg(ms(life)).take()).await.map(drop)
    }

    /// Keeps such a text for so long from now on, if it is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it may have been done all the same.
    pub async fn keep_note(&self, name: &str, life: Duration) -> Result<(), StoreError> {
        self.check(name)?;
        self.note_command(cmd("PEXPIRE").arg(name).arg(ms(life)).take()).await.map(drop)
    }

    /// Removes such a text.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it may have been removed all the same.
    pub async fn remove_note(&self, name: &str) -> Result<(), StoreError> {
        self.check(name)?;
        self.note_command(cmd("DEL").arg(name).take()).await.map(drop)
    }

    /// Such a text, if it is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.check(name)?;
        match self.note_command(cmd("GET").arg(name).take()).await? {
            Value::Nil => Ok(None),
            Value::BulkString(text) => {
                String::from_utf8(text).map(Some).map_err(|_| StoreError::new(StoreErrorKind::Answer))
            }
            _ => Err(StoreError::new(StoreErrorKind::Answer)),
        }
    }

    /// Whether there is a session under this key. It is no use of it.
    ///
    /// A mark of one that moved is none. Whether its principal was signed out everywhere is not looked at.
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn contains(&self, key: &StoreKey) -> Result<bool, StoreError> {
        Ok(self.load(key).await?.is_some_and(|loaded| !loaded.record().is_moved()))
    }

    /// Each of them may be executed twice.
    async fn note_command(&self, command: Cmd) -> Result<Value, StoreError> {
        self.connection.ask(&command).await.map_err(|failure| failure.error)
    }

    /// A note among sessions would be taken for one.
    fn check(&self, name: &str) -> Result<(), StoreError> {
        if name.starts_with(&*self.prefix) || name.starts_with(EPOCHS) {
            return Err(StoreError::new(StoreErrorKind::Prefix));
        }
        Ok(())
    }
}

/// At least 1: Redis refuses to write what has ended.
fn ms(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX).clamp(1, MOST_MS)
}
