//! What a session asks of the store, as an operation.

use super::Session;
use crate::decision::{StoreAction, WriteReason};
use crate::id::StoreKey;
use crate::store::StoreOp;

impl<T, V> Session<'_, T, V> {
    /// What an operation of this reason is.
    pub(crate) fn op(&self, reason: WriteReason) -> Option<StoreOp<'_, T, V>> {
        let (key, record, revision) = (&self.key, &self.record, self.revision.as_ref());
        let compared = if self.is_guarded() { revision } else { None };
        Some(match reason.action() {
            StoreAction::Nothing => return None,
            StoreAction::Put => StoreOp::Put { key: *key, record },
            StoreAction::Touch => StoreOp::Touch { key: *key, cookie: record.cookie(), revision: compared },
            StoreAction::Destroy => self.destruction(),
            StoreAction::Create => StoreOp::Create { key: *key, record },
            StoreAction::Update => match revision {
                Some(revision) => StoreOp::Update { key: *key, record, revision },
                // What was stored has told its revision. If it had not, this would write over nothing.
                None => StoreOp::Create { key: *key, record },
            },
            StoreAction::Replace => {
                let (old, moved_until) = (*self.stored_under(), self.guard.moved_until);
                StoreOp::Replace { old, key: *key, record, revision, moved_until }
            }
        })
    }

    /// Removes it from wherever the store may have it, the plain id first.
    pub(super) fn destruction(&self) -> StoreOp<'_, T, V> {
        let (key, also) = (self.stored_under(), self.guard.also.as_ref());
        let (first, then) = match also {
            Some(also) if key.has_hashed_prefix() => (also, Some(key)),
            _ => (key, also),
        };
        StoreOp::Destroy { key: *first, also: then.copied() }
    }

    /// Where the store has it.
    pub(super) fn stored_under(&self) -> &StoreKey {
        self.guard.old.as_ref().unwrap_or(&self.key)
    }
}
