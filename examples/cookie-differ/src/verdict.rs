//! Where an answer differs from what stood in the browser, and what an attacker gains by it.
//!
//! | class | what happened | gain | severity |
//! |---|---|---|---|
//! | rename | a cookie reaches the program under another name | whoever may set the one sets the other | critical |
//! | split | a part of a cookie becomes a cookie of its own | whoever has a word in a value sets cookies | critical |
//! | merge | a cookie becomes part of another's value | whoever reads the one reads the other | high |
//! | lossy | a later cookie of a name replaces the first | a sibling host's cookie wins over the site's own | high |
//! | lossy | a cookie is lost | whoever sets one cookie takes another away | medium |
//! | reject-all | no cookie at all | whoever sets one cookie logs the user out | medium |
//! | lossy | a value is another one, or a cookie without a name is lost | little | low |
//! | same | nothing | nothing | none |
//!
//! A header that no browser sends (with a control character, or joined otherwise) harms nobody but its sender, unless
//! something stands in between: its severity is low.

use session_core::testing::{Pair, reference};

use crate::adapter::from_hex;

/// What became of the cookies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Class {
    Same,
    Lossy,
    RejectAll,
    Merge,
    Split,
    Rename,
}

impl Class {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Lossy => "lossy",
            Self::RejectAll => "reject-all",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Rename => "rename",
        }
    }
}

/// How much an attacker gains.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Severity {
    None,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What an answer is, compared with the truth.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Verdict {
    pub(crate) severity: Severity,
    pub(crate) class: Class,
    /// What it means, in words that fit every header of this kind.
    pub(crate) gain: &'static str,
    /// What it is in this header.
    pub(crate) what: String,
}

impl Verdict {
    pub(crate) const fn same() -> Self {
        Self { severity: Severity::None, class: Class::Same, gain: "", what: String::new() }
    }

    fn new(severity: Severity, class: Class, gain: &'static str, what: String) -> Self {
        Self { severity, class, gain, what }
    }
}

/// The worst that can be said of an answer.
///
/// `is_exact`: the truth is another parser's answer, so values are the same or they are not. A browser's values are
/// the same also without quotes and decoded, as many parsers give them.
pub(crate) fn judge(header: &[u8], truth: &[Pair], answer: &[Pair], is_exact: bool) -> Verdict {
    let mut worst = Verdict::same();
    let mut say = |verdict: Verdict| {
        if verdict.severity > worst.severity || (verdict.severity == worst.severity && verdict.class > worst.class) {
            worst = verdict;
        }
    };
    let same =
        |sent: &[u8], value: &[u8]| sent == value || (!is_exact && spellings(sent).iter().any(|one| one == value));
    if answer.is_empty() && truth.iter().any(|(name, _)| !name.is_empty()) {
        say(Verdict::new(Severity::Medium, Class::RejectAll, GAIN_REJECT, String::new()));
    }
    let mut renamed: Vec<&Pair> = Vec::new();
    for found in answer {
        let mut sent = truth.iter().filter(|(name, _)| *name == found.0);
        let first = sent.next();
        if first.is_some_and(|first| same(&first.1, &found.1)) {
            continue;
        }
        if sent.any(|later| same(&later.1, &found.1)) {
            say(Verdict::new(Severity::High, Class::Lossy, GAIN_LATER, shown(found)));
            continue;
        }
        let is_renamed = |sent: &&Pair| sent.0 != found.0 && is_read_as(sent, found, same(&sent.1, &found.1));
        // To a parser that is compared byte for byte, another value of the name is no other cookie.
        let from = truth.iter().find(is_renamed).filter(|_| first.is_none() || !is_exact);
        match (from, first) {
            (Some(from), _) => {
                renamed.push(from);
                let what = format!("{} reaches the program as {}", shown(from), shown(found));
                say(Verdict::new(Severity::Critical, Class::Rename, GAIN_RENAME, what));
            }
            (None, Some(first)) => say(other_value(first, found, truth)),
            (None, None) => say(Verdict::new(Severity::Critical, Class::Split, GAIN_SPLIT, shown(found))),
        }
    }
    for sent in truth {
        let is_kept = answer.iter().any(|(name, _)| *name == sent.0) || renamed.contains(&sent);
        if is_kept || answer.is_empty() {
            continue;
        }
        say(lost(sent, truth, answer));
    }
    if !is_exact && !is_sent_by_browsers(header) {
        if worst.severity > Severity::Low {
            worst.gain = GAIN_RAW;
        }
        worst.severity = worst.severity.min(Severity::Low);
    }
    worst
}

const GAIN_REJECT: &str = "whoever sets one such cookie takes all of them away: the user is logged out";
const GAIN_LATER: &str = "a later cookie of the name, from a sibling host or for a shorter path, replaces the first";
const GAIN_RENAME: &str =
    "whoever may set a cookie of one name sets one of another: __Host- and __Secure- promise nothing";
const GAIN_SPLIT: &str = "whoever has a word in a cookie's text sets a cookie of any name";
const GAIN_MERGE: &str = "whoever sees one cookie's value sees the cookies behind it, also HttpOnly ones";
const GAIN_LOST: &str = "whoever sets one such cookie takes another one away: the user is logged out";
const GAIN_RAW: &str = "no browser sends such a header: it harms its sender alone, unless something stands in between";
const GAIN_VALUE: &str = "little: a value reads otherwise";
const GAIN_NAMELESS: &str = "little: a cookie without a name, or with an odd one, is not seen";

/// The value of a name is none that was sent under it.
fn other_value(sent: &Pair, found: &Pair, truth: &[Pair]) -> Verdict {
    let is_swallowed = |other: &&Pair| *other != sent && is_in(other, &found.1) && !is_in(other, &sent.1);
    match truth.iter().find(is_swallowed).filter(|_| decoded_at_all_costs(&sent.1) != found.1) {
        Some(other) => {
            let what = format!("{} has {} in it", shown(found), shown(other));
            Verdict::new(Severity::High, Class::Merge, GAIN_MERGE, what)
        }
        None => {
            let what = format!("{} reads as {}", shown(sent), shown(found));
            Verdict::new(Severity::Low, Class::Lossy, GAIN_VALUE, what)
        }
    }
}

fn lost(sent: &Pair, truth: &[Pair], answer: &[Pair]) -> Verdict {
    let swallowed_by = answer.iter().find(|found| is_in(sent, &found.1));
    let had_it = |found: &Pair| truth.iter().any(|other| other != sent && other.0 == found.0 && is_in(sent, &other.1));
    match swallowed_by {
        Some(found) if !had_it(found) => {
            let what = format!("{} has {} in it", shown(found), shown(sent));
            Verdict::new(Severity::High, Class::Merge, GAIN_MERGE, what)
        }
        // No program asks for a cookie that no server can have set by such a name.
        _ if !is_token(&sent.0) => Verdict::new(Severity::Low, Class::Lossy, GAIN_NAMELESS, shown(sent)),
        _ => Verdict::new(Severity::Medium, Class::Lossy, GAIN_LOST, shown(sent)),
    }
}

/// Whether a cookie stands in a text as it was sent.
fn is_in((name, value): &Pair, text: &[u8]) -> bool {
    let sent = if name.is_empty() { value.clone() } else { [&name[..], value].join(&b'=') };
    sent.len() > 1 && text.windows(sent.len()).any(|window| window == sent)
}

/// What a value is to parsers that take quotes away, decode, or do both.
fn spellings(sent: &[u8]) -> [Vec<u8>; 4] {
    let unquoted = |value: &[u8]| match value {
        [b'"', value @ .., b'"'] => value.to_vec(),
        // A lone quote is a pair to npm cookie.
        [b'"'] => Vec::new(),
        value => value.to_vec(),
    };
    let decoded = reference::decoded(sent);
    [unquoted(sent), reference::decoded(&unquoted(sent)), unquoted(&decoded), decoded]
}

/// Whether a cookie was read under another name, which is made of its own: decoded, trimmed, in other letters, or cut.
fn is_read_as((name, value): &Pair, found: &Pair, has_its_value: bool) -> bool {
    let fold = |name: &[u8]| {
        let text = String::from_utf8_lossy(name).to_lowercase();
        text.trim_matches(|character: char| !character.is_ascii_graphic() || character == '$').to_owned()
    };
    if name.is_empty() {
        // Of a cookie without a name, its text becomes the name.
        return !found.0.is_empty() && *value == found.0 && found.1.is_empty();
    }
    let sent = [fold(name), fold(&decoded_at_all_costs(name))];
    has_its_value && (sent.contains(&fold(&found.0)) || (!found.0.is_empty() && name.ends_with(&found.0)))
}

/// Decoded as far as it goes, which is what some parsers do with a malformed escape.
fn decoded_at_all_costs(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut left = text;
    while let Some((byte, rest)) = left.split_first() {
        let escaped =
            rest.get(..2).filter(|_| *byte == b'%').and_then(|digits| from_hex(core::str::from_utf8(digits).ok()?));
        left = if escaped.is_some() { rest.get(2..).unwrap_or_default() } else { rest };
        decoded.extend(escaped.unwrap_or_else(|| vec![*byte]));
    }
    String::from_utf8_lossy(&decoded).into_owned().into_bytes()
}

/// RFC 6265bis keeps controls out of a browser's store and joins what is in it with `; `.
fn is_sent_by_browsers(header: &[u8]) -> bool {
    let trimmed = |piece: &[u8]| piece.trim_ascii() == piece && !piece.is_empty();
    let pieces: Vec<&[u8]> = header.split(|byte| *byte == b';').collect();
    let joined = pieces.iter().enumerate().all(|(place, piece)| match (place, piece) {
        (0, piece) => trimmed(piece),
        (_, [b' ', piece @ ..]) => trimmed(piece),
        _ => false,
    });
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    joined && !header.iter().any(is_control) && pieces.iter().all(|piece| piece.len() <= 4098)
}

fn is_token(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// `name=value`, which may be long.
pub(crate) fn shown((name, value): &Pair) -> String {
    let text = [&name[..], value].join(&b'=');
    clipped(&text)
}

pub(crate) fn clipped(text: &[u8]) -> String {
    let shown = text.get(..60).filter(|_| text.len() > 64);
    match shown {
        Some(start) => format!("{}… ({} bytes)", printed(start), text.len()),
        None => printed(text),
    }
}

/// Text as it is where it can be seen, else as bytes.
fn printed(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(|character| character == ' ' || is_visible(character)) => text.to_owned(),
        _ => bytes.escape_ascii().to_string().replace("\\\"", "\""),
    }
}

fn is_visible(character: char) -> bool {
    character.is_ascii_graphic() || character.is_alphanumeric()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{Class, Severity, judge};
    use crate::parsers::{InProcess, Parser};

    fn verdict(header: &str, answer: &[(&str, &str)]) -> (Severity, Class) {
        let truth = InProcess::named("browser").unwrap().ask(header.as_bytes()).unwrap().unwrap();
        let answer: Vec<_> = answer.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let verdict = judge(header.as_bytes(), &truth, &answer, false);
        (verdict.severity, verdict.class)
    }

    #[test]
    fn each_row_of_the_table() {
        assert_eq!(verdict("a=1; b=2", &[("a", "1"), ("b", "2")]), (Severity::None, Class::Same));
        assert_eq!(verdict("%61=1", &[("a", "1")]), (Severity::Critical, Class::Rename));
        assert_eq!(verdict("\u{2000}a=1", &[("a", "1")]), (Severity::Critical, Class::Rename));
        assert_eq!(verdict("__hOST-a=1", &[("__Host-a", "1")]), (Severity::Critical, Class::Rename));
        assert_eq!(verdict("%61=1; a=2", &[("a", "1")]), (Severity::Critical, Class::Rename));
        assert_eq!(verdict("%%331=1", &[("%31", "1")]), (Severity::Critical, Class::Rename));
        assert_eq!(verdict("a", &[("a", "")]), (Severity::Critical, Class::Rename));
        assert_eq!(verdict("a=1,b=2", &[("a", "1"), ("b", "2")]), (Severity::Critical, Class::Split));
        assert_eq!(verdict("a=\"1; b=2; c=\"", &[("a", "1; b=2; c=")]), (Severity::High, Class::Merge));
        assert_eq!(verdict("a=1; a=2", &[("a", "2")]), (Severity::High, Class::Lossy));
        assert_eq!(verdict("a=1; b=2", &[("b", "2")]), (Severity::Medium, Class::Lossy));
        assert_eq!(verdict("a=1; b=2", &[]), (Severity::Medium, Class::RejectAll));
        assert_eq!(verdict("a=\\062", &[("a", "2")]), (Severity::Low, Class::Lossy));
        assert_eq!(verdict("a=1; b", &[("a", "1")]), (Severity::Low, Class::Lossy));
    }

    #[test]
    fn what_each_parser_makes_of_quotes_and_escapes_is_the_same() {
        for value in ["\"a%3B\"", "a%3B", "\"a;\"", "a;"] {
            assert_eq!(verdict("a=\"a%3B\"", &[("a", value)]).1, Class::Same, "{value}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_low() {
        assert_eq!(verdict("%61=1;b=2", &[("a", "1"), ("b", "2")]), (Severity::Low, Class::Rename));
        assert_eq!(verdict("a=1\0; b=2", &[("b", "2")]), (Severity::Low, Class::Lossy));
    }
}
