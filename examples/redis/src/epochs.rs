//! How often each principal was signed out everywhere: a counter for each, `epoch:` and the principal.

use redis::{Value, cmd};
use session_core::{Loaded, Pending, Principal};

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

    /// [`load_all`](Self::load_all) for a policy with epochs: each session with the epoch of its principal.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn load_all_with_epochs(&self, pending: &Pending<'_, T>) -> Result<Vec<Loaded<T, Revision>>, StoreError> {
        let mut found = Vec::new();
        for loaded in self.load_all(pending).await? {
            let epoch = match loaded.record().principal() {
                Some(principal) => self.epoch(principal).await?,
                None => 0,
            };
            found.push(loaded.with_epoch(epoch));
        }
        Ok(found)
    }
}

fn name(principal: &Principal) -> String {
    format!("{EPOCHS}{}", principal.as_str())
}
