//! What express-session and its packages answered, row by row, against what the oracle answers.
//!
//! The files say in their first line what made them; `node tests/vectors/make.mjs --check` makes them again.

use serde_json::Value;

#[path = "../examples/oracle/answer.rs"]
pub(crate) mod oracle;

/// Kinds of error that the protocol fixes; of others only that there is one counts.
const FIXED_KINDS: [&str; 4] = ["malformed", "no_session", "random_exhausted", "unsupported"];

/// What is refused when a document is loaded, where Express answers something: each is named in `ARCHITECTURE.md`.
const REFUSED: [(&str, &str); 4] = [
    ("originalMaxAge", "the session's originalMaxAge is neither a whole number nor null"),
    ("a fraction of a maxAge", "the session's originalMaxAge is neither a whole number nor null"),
    ("expire", "the session's expires is neither a date nor null"),
    ("data: nested 500", "the session's json cannot be read or written as its type"),
];

/// Answers each request of a file, and gives how many there were and the names of those that were refused.
fn check(file: &str) -> (usize, Vec<String>) {
    let mut refused = Vec::new();
    let mut rows = 0;
    for line in file.lines().skip(1) {
        let row: Value = serde_json::from_str(line).unwrap();
        let name = row["name"].as_str().unwrap();
        let answer = oracle::answer(row["request"].to_string().as_bytes());
        rows += 1;
        if is_same(&row["reply"], &answer) {
            continue;
        }
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        let is_known = REFUSED.iter().any(|(part, reason)| name.contains(part) && message == *reason);
        assert!(is_known, "{name}\nexpress: {}\noracle:  {answer}", row["reply"]);
        refused.push(name.to_owned());
    }
    (rows, refused)
}

fn is_same(expected: &Value, answer: &Value) -> bool {
    match (expected["error"]["kind"].as_str(), answer["error"]["kind"].as_str()) {
        (Some(expected), Some(answer)) => {
            expected == answer || (!FIXED_KINDS.contains(&expected) && !FIXED_KINDS.contains(&answer))
        }
        _ => expected == answer,
    }
}

macro_rules! vectors {
    ($($name:ident: $rows:literal rows, $refused:literal refused;)*) => {
        $(
            #[test]
            fn $name() {
                let (rows, refused) = check(include_str!(concat!("vectors/", stringify!($name), ".jsonl")));
                assert_eq!((rows, refused.len()), ($rows, $refused), "{refused:?}");
            }
        )*
    };
}

vectors! {
    codec: 176 rows, 0 refused;
    dates: 244 rows, 0 refused;
    exchange: 1559 rows, 30 refused;
    lifecycle: 1536 rows, 0 refused;
    parse: 454 rows, 0 refused;
    records: 296 rows, 16 refused;
    serialize: 288 rows, 0 refused;
    sign: 280 rows, 0 refused;
    traces: 82 rows, 1 refused;
    uid: 79 rows, 0 refused;
}

#[test]
fn hostile_lines_get_an_error_and_nothing_ends() {
    let deep = "[".repeat(100_000);
    let wide = format!(r#"{{"op":"parse","header":"{}"}}"#, "a=b;".repeat(100_000));
    for line in ["", " ", "{", "null", "[]", "{}", r#"{"op":7}"#, r#"{"op":"x"}"#, &deep, r#"{"op":"sign"}"#] {
        assert!(oracle::answer(line.as_bytes())["error"]["kind"].is_string(), "{}", &line[..line.len().min(80)]);
    }
    assert!(oracle::answer(b"{\"op\":\"encode\",\"text\":\"\xff\"}")["error"].is_object());
    assert_eq!(oracle::answer(wide.as_bytes())["ok"].as_array().map(Vec::len), Some(1));
}
