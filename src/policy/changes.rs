//! How changes of a session are found.

use core::fmt;

use crate::fingerprint::Fingerprint;

/// How it is found out that a handler has changed the data.
///
/// ```
/// use session_core::{Changes, Fingerprint, Policy};
///
/// let policy = Policy::<f64>::express(|data| Fingerprint::of_bytes(&data.to_le_bytes()));
/// let cheaper = policy.with_changes(Changes::Flag);
/// ```
pub enum Changes<T> {
    /// By comparing fingerprints of the data, taken when the session is opened, saved and closed.
    Fingerprint(fn(&T) -> Fingerprint),
    /// By a flag that `data_mut` sets: cheaper, and a value that is set to what it was counts as changed.
    Flag,
}

impl<T> Clone for Changes<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Changes<T> {}

impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fingerprint(_) => "Fingerprint",
            Self::Flag => "Flag",
        })
    }
}
