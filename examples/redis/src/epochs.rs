//! How often each principal was signed out everywhere: a counter for each, `epoch:` and the principal.

use redis::{Value, cmd};
use session_core::{Loaded, Principal};

use crate::error::{StoreError, StoreErrorKind};
use crate::store::{EPOCHS, RedisStore, Revision};

impl<T> RedisStore<T> {
    /// How often this principal was signed out everywhere.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: open no session then.
    pub async fn epoch(&self, principal: &Principal) -> Result<u64, StoreError> {
        let command = cmd("GET").arg(name(principal)).take();
        let unexpected = StoreError::new(StoreErrorKind::Answer);
        match self.connection.ask(&command).await.map_err(|failure| failure.error)? {
            Value::Nil => Ok(0),
            Value::BulkString(digits) => {
                core::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok()).ok_or(unexpected)
            }
            _ => Err(unexpected),
        }
    }

    /// Signs the principal out everywhere: sessions of an earlier epoch are none.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: it may have been counted all the same. To count once more does no harm.
    pub async fn end_all_of(&self, principal: &Principal) -> Result<(), StoreError> {
        let command = cmd("INCR").arg(name(principal)).take();
        self.connection.tell(&command).await.map(drop).map_err(|failure| failure.error)
    }

    /// What was loaded, with the epoch of its principal.
    ///
    /// # Errors
    ///
    /// As for [`epoch`](Self::epoch).
    pub async fn with_epoch(&self, loaded: Loaded<T, Revision>) -> Result<Loaded<T, Revision>, StoreError> {
        let epoch = match loaded.record().principal() {
            Some(principal) => self.epoch(principal).await?,
            None => 0,
        };
        Ok(loaded.with_epoch(epoch))
    }
}

fn name(principal: &Principal) -> String {
    format!("{EPOCHS}{}", principal.as_str())
}
