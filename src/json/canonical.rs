//! The one spelling that Node gives a value: `JSON.stringify(JSON.parse(text))`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::JsonError;
use super::number::{parse_double, write_number};
use super::property::{Name, assigned, write_object};
use super::scan::{Progress, Scanner, Token};

/// What `JSON.stringify(JSON.parse(text))` gives in Node, for a value that is to be a member of an object.
///
/// With that object, at most [`MAX_DEPTH`](super::MAX_DEPTH) arrays and objects may stand inside each other.
pub(crate) fn canonical_member(text: &str) -> Result<String, JsonError> {
    let mut scanner = Scanner::member(text);
    let mut out = String::new();
    respell(&mut scanner, &mut out)?;
    scanner.finish()?;
    Ok(out)
}

fn respell(scanner: &mut Scanner<'_>, out: &mut String) -> Result<(), JsonError> {
    match scanner.token()? {
        Token::Array => respell_array(scanner, out)?,
        Token::Bool(value) => write!(out, "{value}")?,
        Token::Null => out.push_str("null"),
        Token::Number(spelling) => write_number(out, parse_double(spelling))?,
        Token::Object => respell_object(scanner, out)?,
        Token::Text(text) => write!(out, "{text}")?,
    }
    Ok(())
}

fn respell_array(scanner: &mut Scanner<'_>, out: &mut String) -> Result<(), JsonError> {
    let mut progress = Progress::First;
    let mut before = "";
    out.push('[');
    while scanner.next_element(&mut progress)? {
        out.push_str(before);
        respell(scanner, out)?;
        before = ",";
    }
    out.push(']');
    Ok(())
}

fn respell_object(scanner: &mut Scanner<'_>, out: &mut String) -> Result<(), JsonError> {
    let mut progress = Progress::First;
    let mut members = Vec::new();
    while let Some(key) = scanner.next_key(&mut progress)? {
        let mut value = String::new();
        respell(scanner, &mut value)?;
        members.push((Name::from(key), value));
    }
    Ok(write_object(assigned(members), out)?)
}

#[cfg(test)]
mod tests {
    use super::canonical_member;
    use crate::json::{JsonError, JsonErrorKind};

    #[test]
    fn values_are_spelled_as_by_node() {
        for (text, spelled) in [
            (r#" { "b" : 1.0 , "a" : [ 1e3 , -0 , 1e400 ] } "#, r#"{"b":1,"a":[1000,0,null]}"#),
            (
                r#"{"b":1,"10":2,"9":3,"4294967295":4,"4294967294":5}"#,
                r#"{"9":3,"10":2,"4294967294":5,"b":1,"4294967295":4}"#,
            ),
            (r#"{"a":1,"b":2,"\u0061":3}"#, r#"{"a":3,"b":2}"#),
            (r#"{"__proto__":1,"toString":2}"#, r#"{"__proto__":1,"toString":2}"#),
            (r#""\u0000\u001F\/\u00e9\u2028\uD83D\uDE00\uD83D""#, "\"\\u0000\\u001f/é\u{2028}😀\\ud83d\""),
            (r#"{"\uDFFF":{},"\udfff":[]}"#, r#"{"\udfff":[]}"#),
            ("12345678901234567890", "12345678901234567000"),
            ("[]", "[]"),
            ("{}", "{}"),
        ] {
            assert_eq!(canonical_member(text).as_deref(), Ok(spelled));
        }
    }

    #[test]
    fn the_depth_of_the_object_around_is_counted() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(canonical_member(&nested(127)), Ok(nested(127)));
        assert_eq!(canonical_member(&nested(128)), Err(JsonError::at(JsonErrorKind::TooDeep, 127)));
    }
}
