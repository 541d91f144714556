//! The laws of a stored document: written again it is what `JSON.stringify` would write, and stays so.

use serde_json::{Map, Number, Value};
use session_core::{Document, Record};

/// Names that Express passes over at the top level, and one that has a meaning of our own.
const SPECIAL: [&str; 21] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "destroy",
    "hasOwnProperty",
    "id",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "regenerate",
    "reload",
    "req",
    "resetMaxAge",
    "save",
    "toLocaleString",
    "toString",
    "touch",
    "valueOf",
    "sessionCore",
];
/// What a document's cookie may hold, in the order of Express.
const FIELDS: [&str; 9] =
    ["originalMaxAge", "partitioned", "priority", "expires", "secure", "httpOnly", "domain", "path", "sameSite"];

/// Any text.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(text: &[u8]) {
    let Ok(text) = core::str::from_utf8(text) else { return };
    let read = serde_json::from_str::<Value>(text);
    let record = match Record::<Document>::from_json(text) {
        Ok(record) => record,
        Err(_) => {
            // No document is refused for its data: only for its syntax, its cookie, or what is ours.
            let is_ours = |value: &Value| value.get("sessionCore").is_some();
            let plain = serde_json::json!({ "originalMaxAge": null, "expires": null, "httpOnly": true, "path": "/" });
            assert!(read.is_err() || read.is_ok_and(|value| is_ours(&value) || value.get("cookie") != Some(&plain)));
            return;
        }
    };
    let written = record.to_json().unwrap();
    let again = Record::<Document>::from_json(&written).unwrap();
    assert_eq!(again.to_json().unwrap(), written, "the second time it is written otherwise");

    // Half a surrogate, or a number beyond all bounds, is nothing that serde_json knows.
    let Ok(Value::Object(mut read)) = read else { return };
    let Ok(Value::Object(mut kept)) = serde_json::from_str::<Value>(&written) else {
        unreachable!("what was written is no object")
    };
    let cookie = kept.shift_remove("cookie").unwrap();
    let names: Vec<&str> = cookie.as_object().unwrap().keys().map(String::as_str).collect();
    let in_order: Vec<&str> = FIELDS.into_iter().filter(|name| names.contains(name)).collect();
    assert_eq!(names, in_order);
    assert!(cookie["httpOnly"] != Value::Null || read["cookie"].get("httpOnly").is_some());

    if read.contains_key("sessionCore") {
        return;
    }
    read.retain(|name, _| !SPECIAL.contains(&name.as_str()));
    // Where it stands among the others is part of what is written.
    read.insert("cookie".to_owned(), Value::Null);
    let mut expected = String::new();
    stringify(&Value::Object(read), &mut expected);
    let cookie = written_cookie(&written);
    assert_eq!(written.replacen(cookie, "null", 1), expected);
}

/// The text of the cookie in what was written.
fn written_cookie(written: &str) -> &str {
    let raw: Map<String, Value> = serde_json::from_str(written).unwrap();
    let mut text = String::new();
    stringify(&raw["cookie"], &mut text);
    let start = written.find(&format!("\"cookie\":{text}")).unwrap() + "\"cookie\":".len();
    &written[start..start + text.len()]
}

/// `JSON.stringify` of what `JSON.parse` has read.
fn stringify(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                stringify(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            // > For each own property key P of O such that P is an array index, in ascending numeric index order
            let index =
                |name: &str| name.parse::<u32>().ok().filter(|index| *index < u32::MAX && index.to_string() == name);
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_by_key(|name| index(name).unwrap_or(u32::MAX));
            out.push('{');
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                quote(name, out);
                out.push(':');
                stringify(&fields[name], out);
            }
            out.push('}');
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1F}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// `Number::toString`: the shortest digits that are read as this number, laid out as JavaScript does.
fn number_text(number: &Number) -> String {
    let number = number.as_f64().unwrap();
    if number == 0.0 {
        return "0".to_owned();
    }
    // Of two spellings that are equally close serde_json takes the even one, as JavaScript does, and `core` the upper one.
    let spelled = serde_json::to_string(&number.abs()).unwrap();
    let (mantissa, exponent) = spelled.split_once('e').unwrap_or((&spelled, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let leading = i32::try_from(whole.len()).unwrap() - i32::try_from(all.len() - significant.len()).unwrap();
    let digits = significant.trim_end_matches('0').to_owned();
    let (k, n) = (i32::try_from(digits.len()).unwrap(), exponent.parse::<i32>().unwrap() + leading);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap());
    let text = if k <= n && n <= 21 {
        digits + &zeros(n - k)
    } else if 0 < n && n <= 21 {
        let (whole, fraction) = digits.split_at(usize::try_from(n).unwrap());
        format!("{whole}.{fraction}")
    } else if -6 < n && n <= 0 {
        format!("0.{}{digits}", zeros(-n))
    } else {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{first}{point}{rest}e{:+}", n - 1)
    };
    if number < 0.0 { format!("-{text}") } else { text }
}
