//! Express's document as a plain struct of serde's.

use std::hint::black_box;

use paths::ours::DOCUMENT;
use paths::{Call, Who};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Plain {
    cookie: PlainCookie,
    user: Option<u32>,
    views: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainCookie {
    original_max_age: i64,
    expires: String,
    http_only: bool,
    path: String,
}

/// Written and read by serde_json.
pub(crate) fn calls() -> Vec<Call> {
    let plain: Plain = serde_json::from_str(DOCUMENT).expect("a document");
    assert_eq!(serde_json::to_string(&plain).ok().as_deref(), Some(DOCUMENT));
    let mut line = [0_u8; 256];
    let write = move || serde_json::to_writer(&mut line[..], black_box(&plain)).is_ok();
    let read = || serde_json::from_str::<Plain>(black_box(DOCUMENT)).is_ok();
    vec![Call::new("record to JSON", Who::Serde, write), Call::new("record from JSON", Who::Serde, read)]
}
