//! A cookie parser as many are written, and five faults that some have.

use session_core::testing::{Pair, reference};

/// A fault that can be planted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// There is none: a control, in which nothing may be found.
    None,
    /// Of several cookies of one name the last one wins.
    LastWins,
    /// Names are percent-decoded, as values are.
    DecodedName,
    /// A quoted value ends at its closing quote, whatever `;` stands before it.
    QuotedSemicolon,
    /// Names are trimmed as text is, also of U+2000 and its like.
    UnicodeTrim,
    /// `__host-` passes for `__Host-`, as in frameworks that fold names.
    FoldedPrefix,
}

impl Fault {
    pub(crate) const ALL: [(&str, Self); 6] = [
        ("none", Self::None),
        ("last-wins", Self::LastWins),
        ("decoded-name", Self::DecodedName),
        ("quoted-semicolon", Self::QuotedSemicolon),
        ("unicode-trim", Self::UnicodeTrim),
        ("folded-prefix", Self::FoldedPrefix),
    ];
}

/// Each name once, with its value.
pub(crate) fn parse(header: &[u8], fault: Fault) -> Vec<Pair> {
    let mut cookies: Vec<Pair> = Vec::new();
    if header.len() < 2 {
        return cookies;
    }
    let mut left = header;
    while !left.is_empty() {
        let end = end_of_pair(left, fault);
        let (pair, rest) = left.split_at(end);
        left = rest.get(1..).unwrap_or_default();
        let Some(equals) = pair.iter().position(|byte| *byte == b'=') else { continue };
        let (name, value) = pair.split_at(equals);
        let (name, mut value) = (trim(name), trim(&value[1..]));
        if let [b'"', inner @ .., b'"'] = value {
            value = inner;
        } else if value == b"\"" {
            value = b"";
        }
        let name = read_name(name, fault);
        let value = reference::decoded(value);
        match cookies.iter_mut().find(|(other, _)| *other == name) {
            None => cookies.push((name, value)),
            Some(known) if fault == Fault::LastWins => known.1 = value,
            Some(_) => {}
        }
    }
    cookies
}

fn read_name(name: &[u8], fault: Fault) -> Vec<u8> {
    const PREFIX: &[u8] = b"__Host-";
    match (fault, core::str::from_utf8(name)) {
        (Fault::DecodedName, _) => reference::decoded(name),
        (Fault::UnicodeTrim, Ok(text)) => {
            text.trim_matches(|space: char| space.is_whitespace() && !space.is_ascii()).into()
        }
        (Fault::FoldedPrefix, _) if name.len() > 7 && name[..7].eq_ignore_ascii_case(PREFIX) => {
            [PREFIX, &name[7..]].concat()
        }
        _ => name.to_vec(),
    }
}

fn end_of_pair(left: &[u8], fault: Fault) -> usize {
    let semicolon = |from: usize| left.iter().skip(from).position(|byte| *byte == b';').map(|at| from + at);
    let plain = semicolon(0).unwrap_or(left.len());
    if fault != Fault::QuotedSemicolon {
        return plain;
    }
    let Some(opening) = left.windows(2).position(|two| two == b"=\"").map(|at| at + 1).filter(|at| *at < plain) else {
        return plain;
    };
    let closing = left.iter().skip(opening + 1).position(|byte| *byte == b'"').map(|at| opening + 1 + at);
    closing.map_or(plain, |closing| semicolon(closing).unwrap_or(left.len()))
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
