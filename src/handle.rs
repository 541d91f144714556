//! Names of sessions for lists and pages.

use core::fmt;
use core::str::FromStr;

use crate::base64::{self, Alphabet};
use crate::id::StoreKey;
use crate::key::Key;

/// The length in characters of a handle, which are 12 bytes.
const HANDLE_LENGTH: usize = 16;

/// A session's name for pages, forms and logs, where an id would let its reader be the user: 16 characters.
///
/// A list of a user's sessions shows handles, and a button to end one sends its handle back. It tells nothing about the id
/// or the store's key, and nobody makes one without the key of handles; two sessions have the same in one of 2^96 cases. It
/// names and does not permit: look for it among the sessions of the user who asks.
///
/// It is the first 12 bytes of the HMAC-SHA-256 of the store's key, as base64url. The key is to be one that is
/// [derived](Key::derive) for [`Key::HANDLES`]; under the key that signs cookies, a handle would be part of a signature. A
/// session that gets another key in the store, with a new id or from plain to hashed, has another handle.
///
/// ```
/// use session_core::{Handle, HandleError, Key, SessionId, StoreKey};
///
/// let secret = "2b7e151628aed2a6abf7158809cf4f3c"; // of your configuration, and random
/// let key = Key::derive(secret, Key::HANDLES, "id").unwrap();
/// let listed = [1, 2, 3].map(|byte| StoreKey::hashed(&SessionId::from_random([byte; 24])));
///
/// let shown = Handle::new(&key, &listed[1]).to_string();
/// assert_eq!(shown, "8a61R1e8rpC0rd-O");
///
/// let sent: Handle = shown.parse()?;
/// assert_eq!(listed.iter().position(|session| Handle::new(&key, session) == sent), Some(1));
/// # Ok::<(), HandleError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle([u8; HANDLE_LENGTH]);

impl Handle {
    /// The handle of the session that a store has under this key.
    #[must_use]
    pub fn new(key: &Key, store_key: &StoreKey) -> Self {
        // The first 16 characters are those of the first 12 bytes.
        Self(base64::encode(&key.mac([store_key.as_bytes()]), Alphabet::Url))
    }

    /// The 16 characters: letters, digits, `-` and `_`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Handle {
    type Err = HandleError;

    /// Takes back what a form has sent; whether it names a session is another question.
    fn from_str(text: &str) -> Result<Self, HandleError> {
        let text: &[u8; HANDLE_LENGTH] = text.as_bytes().try_into().map_err(|_| HandleError)?;
        if base64::is_text(text, Alphabet::Url) { Ok(Self(*text)) } else { Err(HandleError) }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({self})")
    }
}

/// A text is no handle: it is not 16 characters of base64url.
///
/// ```
/// use session_core::{Handle, HandleError};
///
/// assert_eq!("s:abc.signature".parse::<Handle>(), Err(HandleError));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleError;

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not 16 characters of base64url")
    }
}

impl core::error::Error for HandleError {}
