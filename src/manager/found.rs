//! What a store has of the ids of a request.

use crate::id::StoreKey;
use crate::lifetime::{Ending, Window};
use crate::record::Loaded;
use crate::signature::VerifiedId;

/// What was loaded for the ids of a request. Not a `Flatten`, which is two thirds larger and is moved several times.
pub(super) struct LoadedOf<T, V, const N: usize> {
    pub(super) places: [Option<Loaded<T, V>>; N],
}

impl<T, V, const N: usize> Iterator for LoadedOf<T, V, N> {
    type Item = Loaded<T, V>;

    fn next(&mut self) -> Option<Loaded<T, V>> {
        self.places.iter_mut().find(|place| place.is_some())?.take()
    }
}

/// What there is among what was loaded; under the `express` preset it is one session at most, which is alive.
pub(super) struct Found<'v> {
    /// Whose session is alive.
    pub(super) live: Option<(&'v VerifiedId, Window)>,
    /// Where the store has another that is alive.
    pub(super) other: Option<StoreKey>,
    pub(super) ended: Option<Ending>,
}

impl Found<'_> {
    pub(super) const NOTHING: Self = Self { live: None, other: None, ended: None };

    /// One that moved is alive under an id that this request does not know yet, and the other may be anybody's.
    pub(super) fn is_ambiguous(&self) -> bool {
        let beside_moved = self.live.is_some() && self.ended == Some(Ending::Moved);
        self.other.is_some() || beside_moved
    }
}
