//! Keys derived from one secret: HKDF of RFC 5869 with SHA-256.

use core::fmt;

use super::{Key, Origin, SHORTEST_SECRET, wipe};

/// What tells our keys from those that others derive from the same secret.
const SALT: &[u8] = b"session-core key v1";

impl Key {
    /// The purpose of keys that sign session cookies, for [`Key::derive`].
    pub const SESSION_COOKIES: &str = "session cookie";

    /// The purpose of keys under which a [`Handle`](crate::Handle) is made, for [`Key::derive`].
    pub const HANDLES: &str = "session handle";

    /// The key for one purpose and one cookie, made from a secret that may serve others as well.
    ///
    /// Each purpose and each name gives a key of its own, and none tells anything about another or about the secret. Express
    /// has no such keys: what it is to read is signed with [`Key::new`]. Besides the purposes named here, programs and tools
    /// take whatever text they like. `name` is the cookie's name, or empty where there is no cookie.
    ///
    /// It is HKDF-SHA-256 (RFC 5869) and nothing else, so any library makes the same key:
    ///
    /// | HKDF's | is |
    /// |---|---|
    /// | IKM | the secret |
    /// | salt | the 19 bytes `session-core key v1` |
    /// | info | length of `purpose`, `purpose`, length of `name`, `name` |
    /// | L | 32: the key of HMAC-SHA-256 |
    ///
    /// Texts are UTF-8. A length is in bytes, as 8 bytes, most significant first; so no two pairs have the same info.
    ///
    /// A plain HMAC of the secret over the purpose is the wrong way to do this: it is what cookie-parser and
    /// cookie-signature compute to sign a text. Where a route signs what the user likes under the same secret, the user would
    /// have it sign that text and read the key from the cookie. HKDF uses the secret as a message, never as the key of an
    /// HMAC, so no signature is a key.
    ///
    /// ```
    /// use session_core::{Key, SecretTooShort};
    ///
    /// let secret = "2b7e151628aed2a6abf7158809cf4f3c"; // of your configuration, and random
    /// let key = Key::derive(secret, Key::SESSION_COOKIES, "id")?;
    /// assert!(key.is_derived());
    /// assert_eq!(key.sign("hello").as_str(), "1TFejrORXGdgZfJC8ZwMp5cttMbzYS1z1cMvDrSq5Pc");
    /// assert_eq!(Key::derive("keyboard cat", Key::SESSION_COOKIES, "id").err(), Some(SecretTooShort));
    /// # Ok::<(), SecretTooShort>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SecretTooShort`] for a secret of fewer than 32 bytes.
    pub fn derive(secret: impl AsRef<[u8]>, purpose: &str, name: &str) -> Result<Self, SecretTooShort> {
        let (secret, purpose, name) = (secret.as_ref(), purpose.as_bytes(), name.as_bytes());
        derived(secret, &[&length(purpose), purpose, &length(name), name])
    }

    /// The same for one run of a program: another value of `boot` is another key, and what the others have signed is not
    /// accepted any more. For devices whose clock begins anew with each start ([`Policy::device`](crate::Policy::device)).
    ///
    /// `boot` is random, or a counter in memory that outlasts the start; without either, it must not sign anything. HKDF's
    /// info is that of [`Key::derive`], the length of `boot`, and `boot`.
    ///
    /// ```
    /// use session_core::{Key, SecretTooShort};
    ///
    /// let secret = "2b7e151628aed2a6abf7158809cf4f3c"; // of the device, and random
    /// let signed_by = |boot: u64| {
    ///     let key = Key::derive_for_boot(secret, Key::SESSION_COOKIES, "sid", boot.to_be_bytes())?;
    ///     Ok(key.sign("hello").as_str().to_owned())
    /// };
    /// assert_ne!(signed_by(1)?, signed_by(2)?);
    /// # Ok::<(), SecretTooShort>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SecretTooShort`] for a secret of fewer than 32 bytes.
    pub fn derive_for_boot(
        secret: impl AsRef<[u8]>,
        purpose: &str,
        name: &str,
        boot: impl AsRef<[u8]>,
    ) -> Result<Self, SecretTooShort> {
        let (secret, purpose, name, boot) = (secret.as_ref(), purpose.as_bytes(), name.as_bytes(), boot.as_ref());
        derived(secret, &[&length(purpose), purpose, &length(name), name, &length(boot), boot])
    }
}

fn derived(secret: &[u8], info: &[&[u8]]) -> Result<Key, SecretTooShort> {
    if secret.len() < SHORTEST_SECRET {
        return Err(SecretTooShort);
    }
    let mut bytes = hkdf(SALT, secret, info);
    let mut key = Key::new(bytes.as_slice());
    key.origin = Origin::Derived;
    wipe(&mut bytes);
    Ok(key)
}

/// A secret has fewer than 32 bytes, so guessing it is easier than guessing a key.
///
/// ```
/// use session_core::{Key, SecretTooShort};
///
/// assert_eq!(Key::derive("keyboard cat", "letters", "").err(), Some(SecretTooShort));
/// assert_eq!(SecretTooShort.to_string(), "the secret is under 32 bytes long");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretTooShort;

impl fmt::Display for SecretTooShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the secret is under 32 bytes long")
    }
}

impl core::error::Error for SecretTooShort {}

/// The first 32 bytes of HKDF's output.
///
/// > PRK = HMAC-Hash(salt, IKM)
/// > T(1) = HMAC-Hash(PRK, T(0) | info | 0x01), T(0) = empty string
///
/// RFC 5869, sections 2.2 and 2.3.
fn hkdf(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> [u8; 32] {
    let mut pseudorandom = Key::new(salt).mac([secret]);
    let bytes = Key::new(pseudorandom.as_slice()).mac(info.iter().copied().chain([[1].as_slice()]));
    wipe(&mut pseudorandom);
    bytes
}

fn length(text: &[u8]) -> [u8; 8] {
    // A `usize` has at most 64 bits.
    u64::try_from(text.len()).unwrap_or_default().to_be_bytes()
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;

    /// `N` bytes that count up from `first`.
    fn range<const N: usize>(first: u8) -> [u8; N] {
        let mut bytes = [first; N];
        for (byte, number) in bytes.iter_mut().zip(0..) {
            *byte = byte.wrapping_add(number);
        }
        bytes
    }

    /// RFC 5869, appendices A.1 to A.3: the first 32 bytes of each OKM.
    #[test]
    fn equals_the_test_cases_of_the_rfc() {
        let cases: [([&[u8]; 3], &str); 3] = [
            (
                [&range::<13>(0), &[0x0b; 22], &range::<10>(0xf0)],
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
            ),
            (
                [&range::<80>(0x60), &range::<80>(0), &range::<80>(0xb0)],
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
            ),
            ([&[], &[0x0b; 22], &[]], "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"),
        ];
        for ([salt, secret, info], expected) in cases {
            let bytes = hkdf(salt, secret, &[info]);
            let hex: alloc::string::String = bytes.iter().map(|byte| alloc::format!("{byte:02x}")).collect();
            assert_eq!(hex, expected);
        }
    }
}
