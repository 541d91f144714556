//! How a store comes to keep hashes of ids, phase by phase and without ending a session.
//!
//! | phase | an id is read as, in order | a new session is written as | destroyed as, in order |
//! |---|---|---|---|
//! | `Plain` | plain | plain | plain |
//! | `ReadBoth` | hashed, plain | plain | plain, hashed |
//! | `WriteHashed` | hashed, plain | hashed | plain, hashed |
//! | `Hashed` | hashed | hashed | hashed |
//! | any, and the id begins with `h~` | hashed | hashed | hashed |
//!
//! What is loaded is updated and touched where it was found. To move a session is to create it under the hashed key and
//! then to delete the plain one if it is still as it was read.
//!
//! - Hashed is read first: where both are there, the plain one is what a move has left behind. A reader that does not find
//!   hashed, is overtaken by a whole move, and does not find plain either, finds it by asking for hashed once more.
//! - Plain is destroyed first: if a move brings the session back, it does so before it finds that plain is gone, and takes
//!   it away again. In the other order it would see nothing.
//!
//! The last line of the table keeps a hash from being an id. Without it, who has read `h~…` in the store and can sign
//! would send it as an id, and find the session under that plain key.

use crate::id::{SessionId, StoreKey};

/// Whether a store keeps ids or hashes of them, and the phases by which the one becomes the other.
///
/// Who reads a store of plain ids (a backup, an injection) and has the key that signs cookies too can be every user. Of
/// hashes no id can be made. So hashing helps only once the key has leaked as well: an id without a signature names no
/// session. Express and its stores know plain keys only.
///
/// A store that has sessions already goes through all four phases in their order. Each begins when every process is in the
/// one before it: two neighbours understand each other, others do not. `Hashed` begins when no plain key is left, at the
/// latest after the longest life of a session. [`Plain`](Self::Plain) is Express's, and a new store may begin with
/// [`Hashed`](Self::Hashed).
///
/// An id that begins like a hash ([`StoreKey::HASHED_PREFIX`]) has only a hashed key, in every phase. No generator of ours
/// or of Express makes one. Keys of Connect 1.x ([`StoreKey::signed`]) are not among these.
///
/// ```
/// use session_core::{IdsAtRest, SessionId, StoreKey};
///
/// let id = SessionId::from_random([7; 24]);
/// let (plain, hashed) = (StoreKey::plain(&id), StoreKey::hashed(&id));
///
/// let phase = IdsAtRest::WriteHashed;
/// assert!(phase.reads(&id).eq([hashed, plain]));
/// assert_eq!(phase.writes(&id), hashed);
/// assert!(phase.destroys(&id).eq([plain, hashed]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdsAtRest {
    /// The ids themselves.
    Plain,
    /// Still written as they are, but hashes that another process writes are found.
    ReadBoth,
    /// New sessions get hashes; those with plain keys are found.
    WriteHashed,
    /// Hashes alone.
    Hashed,
}

impl IdsAtRest {
    /// The keys under which the session of an id may be, in the order in which to look: the first that is there is it.
    pub fn reads(self, id: &SessionId) -> impl Iterator<Item = StoreKey> + use<> {
        keys(self.phase_for(id).read(), *id)
    }

    /// The key under which a new session is stored.
    #[must_use]
    pub fn writes(self, id: &SessionId) -> StoreKey {
        self.phase_for(id).written().key(id)
    }

    /// The keys to remove for a session to be gone, in this order.
    pub fn destroys(self, id: &SessionId) -> impl Iterator<Item = StoreKey> + use<> {
        keys(self.phase_for(id).destroyed(), *id)
    }

    /// One of the keys of [`reads`](Self::reads), by its place in the order; the others are not made.
    pub(crate) fn read_at(self, id: &SessionId, place: usize) -> Option<StoreKey> {
        self.phase_for(id).read().get(place).map(|form| form.key(id))
    }

    /// The phase that counts for an id: one that looks like a hash has no plain key.
    fn phase_for(self, id: &SessionId) -> Self {
        if id.as_bytes().starts_with(StoreKey::HASHED_PREFIX.as_bytes()) { Self::Hashed } else { self }
    }

    const fn read(self) -> &'static [Form] {
        match self {
            Self::Plain => &[Form::Plain],
            Self::ReadBoth | Self::WriteHashed => &[Form::Hashed, Form::Plain],
            Self::Hashed => &[Form::Hashed],
        }
    }

    const fn written(self) -> Form {
        match self {
            Self::Plain | Self::ReadBoth => Form::Plain,
            Self::WriteHashed | Self::Hashed => Form::Hashed,
        }
    }

    const fn destroyed(self) -> &'static [Form] {
        match self {
            Self::Plain => &[Form::Plain],
            Self::ReadBoth | Self::WriteHashed => &[Form::Plain, Form::Hashed],
            Self::Hashed => &[Form::Hashed],
        }
    }
}

/// How an id becomes a key.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    Hashed,
}

impl Form {
    fn key(self, id: &SessionId) -> StoreKey {
        match self {
            Self::Plain => StoreKey::plain(id),
            Self::Hashed => StoreKey::hashed(id),
        }
    }
}

fn keys(forms: &'static [Form], id: SessionId) -> impl Iterator<Item = StoreKey> {
    forms.iter().map(move |form| form.key(&id))
}
