//! The laws of percent-escapes: decoding is what the reference does, and undoes encoding.

use session_core::testing::reference;
use session_core::{Decoded, EncodeUriComponent};

/// Any bytes.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(bytes: &[u8]) {
    let expected = reference::decoded(bytes);
    match Decoded::of(bytes) {
        Ok(decoded) => {
            assert!(decoded.bytes().eq(expected.iter().copied()));
            let mut buffer = vec![0; expected.len()];
            assert_eq!(decoded.copy_to(&mut buffer), Ok(&expected[..]));
            // Each escape that is decoded is three bytes in and one out.
            let escapes = bytes.iter().filter(|byte| **byte == b'%').count();
            assert_eq!(expected.len() + 2 * escapes, bytes.len());
        }
        // All escapes of a value or none.
        Err(_) => assert!(expected == bytes && bytes.contains(&b'%')),
    }

    let text = String::from_utf8_lossy(bytes);
    let encoded = EncodeUriComponent::new(&text).to_string();
    let is_unescaped = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()%".contains(&byte);
    assert!(encoded.bytes().all(is_unescaped));
    assert!(Decoded::of(encoded.as_bytes()).unwrap().bytes().eq(text.bytes()));
    assert_eq!(reference::decoded(encoded.as_bytes()), text.as_bytes());
}
