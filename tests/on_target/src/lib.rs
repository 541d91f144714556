//! session-core, with the features that it is to be built with.
#![no_std]

pub use session_core;
