//! Headers that break exactly one rule of the grammar.

use alloc::{vec, vec::Vec};

use super::case::{Case, Header, Pair};
use super::choices::{Choices, pick};
use super::grammar::Rule;
use super::well_formed::spelled;

const COOKIE: &[Rule] = &[
    Rule::NoEquals,
    Rule::NameEmpty,
    Rule::Separator,
    Rule::MissingPair,
    Rule::NameOctet,
    Rule::ValueOctet,
    Rule::Quotes,
    Rule::TooLong,
];
const SET_COOKIE: &[Rule] = &[
    Rule::NoEquals,
    Rule::NameEmpty,
    Rule::MissingPair,
    Rule::NameOctet,
    Rule::ValueOctet,
    Rule::Quotes,
    Rule::TooLong,
    Rule::AttributeOctet,
    Rule::AttributeValue,
    Rule::AttributeTwice,
    Rule::Prefix,
];

pub(super) fn break_one_rule(case: &mut Case, choices: &mut dyn Choices) {
    let rules = match case.kind {
        Header::Cookie => COOKIE,
        Header::SetCookie => SET_COOKIE,
    };
    let rule = rules.get(choices.below(rules.len())).copied().unwrap_or(Rule::NoEquals);
    case.rule = Some(rule);
    case.header = match (case.kind, rule) {
        (_, Rule::MissingPair) => without_pair(case, choices),
        (_, Rule::Separator) => badly_separated(case, choices),
        (_, Rule::AttributeOctet | Rule::AttributeTwice | Rule::AttributeValue | Rule::Prefix) => {
            with_bad_attributes(case, rule, choices)
        }
        _ => with_bad_pair(case, rule, choices),
    };
}

/// One of the pairs breaks the rule.
fn with_bad_pair(case: &Case, rule: Rule, choices: &mut dyn Choices) -> Vec<u8> {
    let victim = choices.below(case.pairs.len());
    let mut pieces = Vec::new();
    for (place, pair) in case.pairs.iter().enumerate() {
        pieces.push(if place == victim { bad_pair(pair, rule, choices) } else { spelled(pair) });
    }
    let mut header = pieces.join(&b"; "[..]);
    header.extend_from_slice(attributes_of(case));
    header
}

fn bad_pair((name, value): &Pair, rule: Rule, choices: &mut dyn Choices) -> Vec<u8> {
    let unquoted = match &value[..] {
        [b'"', value @ .., b'"'] => value,
        value => value,
    };
    match rule {
        Rule::NoEquals => name.clone(),
        Rule::NameEmpty => [b"=", &value[..]].concat(),
        Rule::NameOctet => {
            let texts: &[&[u8]] = &[
                b" ",
                b"\t",
                b"\"",
                b"(",
                b",",
                b"/",
                b":",
                b"@",
                b"\\",
                b"\0",
                b"\x7F",
                b"\xC2\xA0",
                b"\xE2\x80\x80",
            ];
            [&name[..], pick(choices, texts), b"x=", value].concat()
        }
        Rule::ValueOctet => {
            let texts: &[&[u8]] = &[b" ", b"\t", b",", b"\\", b"\0", b"\x7F", b"\r\n", b"\xC2\xA0", b"\xFF"];
            [&name[..], b"=1", unquoted, pick(choices, texts), b"x"].concat()
        }
        Rule::Quotes => match choices.below(3) {
            0 => [&name[..], b"=\"", unquoted].concat(),
            1 => [&name[..], b"=", unquoted, b"\""].concat(),
            _ => [&name[..], b"=a\"", unquoted, b"\"b"].concat(),
        },
        _ => {
            let value = vec![b'a'; 4097_usize.saturating_sub(name.len())];
            [&name[..], b"=", &value].concat()
        }
    }
}

/// A place where a pair should be has none.
fn without_pair(case: &Case, choices: &mut dyn Choices) -> Vec<u8> {
    match (case.kind, choices.below(4)) {
        (_, 0) => Vec::new(),
        (Header::SetCookie, _) => {
            let attributes = attributes_of(case);
            if attributes.is_empty() { b"; Path=/".to_vec() } else { attributes.to_vec() }
        }
        (Header::Cookie, 1) => [&b"; "[..], &case.header].concat(),
        (Header::Cookie, 2) => [&case.header[..], pick(choices, &[b";", b"; ", b"; ;"])].concat(),
        (Header::Cookie, _) => [&case.header[..], b"; ; b=2"].concat(),
    }
}

fn badly_separated(case: &Case, choices: &mut dyn Choices) -> Vec<u8> {
    let texts: &[&[u8]] = &[b";", b";  ", b";\t", b"; \t", b";\x0B", b";\r\n "];
    let separator = pick(choices, texts);
    let (first, rest) = case.header.split_at_checked(first_length(case)).unwrap_or((&case.header, &[]));
    let rest = rest.strip_prefix(b"; ").unwrap_or(b"b=2");
    [first, separator, rest].concat()
}

fn with_bad_attributes(case: &Case, rule: Rule, choices: &mut dyn Choices) -> Vec<u8> {
    let (pair, attributes) = case.header.split_at_checked(first_length(case)).unwrap_or((&case.header, &[]));
    match rule {
        Rule::AttributeOctet => {
            let texts: &[&[u8]] = &[b"\0", b"\t", b"\r\nSet-Cookie: b=2", b"\x7F", b"\xC3\xA9", b"\xFF"];
            [&case.header, &b"; x=1"[..], pick(choices, texts), b"2"].concat()
        }
        Rule::AttributeTwice => {
            let texts: &[&[u8]] = &[b"; Secure; Secure", b"; HttpOnly; httponly", b"; SameSite=None; SameSite=Strict"];
            [&case.header, pick(choices, texts)].concat()
        }
        Rule::AttributeValue => {
            let texts: &[&[u8]] = &[
                b"Max-Age=0",
                b"Max-Age=-1",
                b"Max-Age=1.5",
                b"Max-Age=",
                b"SameSite=Yes",
                b"SameSite",
                b"Expires=Thu, 01-Jan-70 00:00:00 GMT",
                b"Expires=0",
                b"Secure=false",
                b"HttpOnly=",
            ];
            let bad = pick(choices, texts);
            let name_of =
                |attribute: &[u8]| attribute.split(|byte| *byte == b'=').next().map(<[u8]>::to_ascii_lowercase);
            let mut header = pair.to_vec();
            let others = attributes.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).skip(1);
            for attribute in others.filter(|other| name_of(other) != name_of(bad)).chain([bad]) {
                header.extend_from_slice(b"; ");
                header.extend_from_slice(attribute);
            }
            header
        }
        _ => {
            let texts: &[&[u8]] = &[
                b"__Host-sid=1; Path=/",
                b"__Host-sid=1; Secure",
                b"__Host-sid=1; Path=/; Secure; Domain=example.com",
                b"__Host-sid=1; Path=/app; Secure",
                b"__Secure-sid=1; HttpOnly",
                b"__sEcUrE-sid=1",
                b"__Http-sid=1; Secure",
                b"__Host-Http-sid=1; Path=/; Secure",
            ];
            pick(choices, texts).to_vec()
        }
    }
}

fn first_length(case: &Case) -> usize {
    case.pairs.first().map_or(0, |pair| spelled(pair).len())
}

/// What stands behind the pair of a `Set-Cookie`, from the `;` on; nothing in a `Cookie`.
fn attributes_of(case: &Case) -> &[u8] {
    match case.kind {
        Header::Cookie => &[],
        Header::SetCookie => case.header.get(first_length(case)..).unwrap_or_default(),
    }
}
