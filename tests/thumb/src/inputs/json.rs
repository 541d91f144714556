//! A record's JSON.

use session_core::{Record, Timestamp};

use super::Sink;
