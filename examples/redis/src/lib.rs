//! Sessions in Redis, or in a Redis Cluster.
//!
//! The README of this folder says which command each operation is, and what was tried to make it lose something.
#![forbid(unsafe_code)]

mod connection;
mod epochs;
mod error;
mod finish;
mod list;
mod notes;
mod operations;
mod replace;
mod report;
mod script;
mod settings;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use list::{Listed, Walk};
pub use report::{Incident, Unreadable};
pub use settings::Settings;
pub use store::{RedisStore, Revision};
