//! The laws of the example `oracle`: every line has one reply, of one of two shapes.

use serde_json::Value;
use session_core::testing::{Pair, reference};

use super::answer::answer;

/// Any line.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(line: &[u8]) {
    let reply = answer(line);
    let text = reply.to_string();
    assert!(!text.contains('\n') && text.parse::<Value>().is_ok_and(|again| again == reply), "{text}");
    let fields = reply.as_object().unwrap();
    assert_eq!(fields.len(), 1, "{text}");
    match &reply["error"] {
        Value::Null => assert!(fields.contains_key("ok"), "{text}"),
        Value::Object(error) => {
            let kind = error["kind"].as_str().unwrap();
            assert!(error.len() == 2 && error["message"].is_string(), "{text}");
            assert!(kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{text}");
        }
        _ => assert!(reply["error"].is_null(), "{text}"),
    }
    let Ok(request) = serde_json::from_slice::<Value>(line) else {
        assert!(fields.contains_key("error"), "{text}");
        return;
    };
    if let (Some("parse"), Some(header), Some(pairs)) =
        (request["op"].as_str(), request["header"].as_str(), reply["ok"].as_array())
    {
        let expected = reference::first_of_each(&reference::cookies(header.as_bytes()));
        let spelled = |(name, value): &Pair| Value::from(vec![spelled(name), spelled(value)]);
        assert_eq!(pairs, &expected.iter().map(spelled).collect::<Vec<_>>());
    }
}

fn spelled(bytes: &[u8]) -> Value {
    match core::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            serde_json::json!({ "hex": digits })
        }
    }
}
