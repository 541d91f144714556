//! Fingerprints of session data, by which Express tells whether a handler has changed it.

use core::hash::{Hash, Hasher};

use crate::sha256::Sha256;

/// A fingerprint of session data: equal for equal bytes, and different for different ones.
///
/// express-session compares SHA-1 digests of the session's JSON. They are neither stored nor sent, so any digest gives
/// the same answers on the same text; this is the first half of SHA-256.
///
/// A policy is given one of these functions, or the caller's own:
///
/// ```
/// use session_core::{Fingerprint, Policy};
///
/// #[derive(Hash)]
/// struct Cart { items: u32 }
///
/// let by_hash = Policy::<Cart>::express(Fingerprint::of_hash);
/// let by_hand = Policy::<Cart>::express(|cart| Fingerprint::of_bytes(&cart.items.to_le_bytes()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of these bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut writer = FingerprintWriter::new();
        Hasher::write(&mut writer, bytes);
        writer.fingerprint()
    }

    /// The fingerprint of what a type feeds to its `Hash`.
    #[must_use]
    pub fn of_hash<T: Hash + ?Sized>(data: &T) -> Self {
        let mut writer = FingerprintWriter::new();
        data.hash(&mut writer);
        writer.fingerprint()
    }
}

/// Little data can be guessed from its fingerprint.
impl core::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

/// Takes bytes or text in parts and gives their fingerprint.
pub(crate) struct FingerprintWriter(Sha256);

impl FingerprintWriter {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(crate) fn fingerprint(self) -> Fingerprint {
        let digest = self.0.finish();
        Fingerprint(digest.first_chunk().copied().unwrap_or_default())
    }
}

impl Hasher for FingerprintWriter {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not asked for: the fingerprint is taken from the whole digest.
    fn finish(&self) -> u64 {
        0
    }
}

impl core::fmt::Write for FingerprintWriter {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
