//! The comparison of a signature, and one that stops at the first difference.

use session_core::Key;

/// What was signed, and what is said to be its signature.
pub struct Signed<'s> {
    pub text: &'s str,
    pub signature: &'s str,
}

#[unsafe(no_mangle)]
pub extern "C" fn timing(key: &Key, signed: &Signed<'_>) -> bool {
    key.verify(signed.text, signed.signature)
}

/// What it must not be like.
#[unsafe(no_mangle)]
pub extern "C" fn leaky(right: &Signed<'_>, signed: &Signed<'_>) -> bool {
    right.signature.bytes().eq(signed.signature.bytes())
}
