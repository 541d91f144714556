//! The paths of session-core that are measured, each with its input.

mod call;
pub mod inputs;
pub mod ours;

pub use call::{Call, Who};
