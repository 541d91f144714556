//! Percent-encoding as JavaScript has it: `encodeURIComponent`, and `decodeURIComponent` for bytes.
//!
//! > pct-encoded = "%" HEXDIG HEXDIG
//!
//! (RFC 3986, section 2.1)

mod decode;
mod encode;

pub use decode::{Decoded, MalformedEscape};
pub use encode::EncodeUriComponent;
pub(crate) use encode::{encode, encode_base64};
