//! What a derived key costs: one, and one of Express.

use session_core::Key;

/// A key for session cookies.
#[cfg(feature = "derive")]
#[unsafe(no_mangle)]
pub extern "C" fn derive(secret: &[u8; 32], key: &mut Option<Key>) {
    *key = Key::derive(secret, Key::SESSION_COOKIES, "__Host-sid").ok();
}

/// Express's key.
#[cfg(feature = "key")]
#[unsafe(no_mangle)]
pub extern "C" fn key(secret: &[u8; 32], key: &mut Option<Key>) {
    *key = Some(Key::new(secret));
}
