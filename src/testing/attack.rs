//! What tells cookie parsers apart, done to a header.

use alloc::vec::Vec;

use super::case::Case;
use super::choices::{Choices, byte, pick};
use super::grammar::{split_once, starts_with_ignore_case, trim_end, trim_start};

/// Something done to a header that has told cookie parsers apart, or broken one.
///
/// A mutator works on any bytes, so it can also stand in a fuzzer's custom mutator.
///
/// ```
/// use session_core::testing::{Bytes, Mutator};
///
/// let mut header = b"sid=1; theme=dark".to_vec();
/// Mutator::Sandwich.apply(&mut header, &mut Bytes::new(&[]));
/// assert_eq!(header, b"sid=\"1; theme=dark; end=\"");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Mutator {
    /// Characters of a name are percent-encoded: who decodes names takes `%5F_Host-sid` for `__Host-sid`.
    EncodedName,
    /// Unicode white space around a name, which a browser keeps: who trims it takes the name for another.
    UnicodeSpace,
    /// NUL or another control character.
    Control,
    /// Quotes around a value, or a lone one.
    Quotes,
    /// A backslash before a character, a quote, or three octal digits.
    Backslash,
    /// `$Version`, `$Path` and `$Domain` of RFC 2109 and RFC 2965.
    LegacyAttribute,
    /// A value that opens a quote and a later one that closes it: who reads over `;` hands out the cookies in between.
    Sandwich,
    /// A pair without a name: `=value`.
    Nameless,
    /// A pair without a `=`.
    NoEquals,
    /// A name comes a second time, behind the first.
    Duplicate,
    /// A pair of a name that is there, tossed before it by a sibling host or for a longer path.
    Tossed,
    /// Pairs are joined by commas, as in headers that a proxy has joined.
    Comma,
    /// A line is folded: CR LF and a blank.
    Fold,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Name and value are 4,095, 4,096 or 4,097 bytes together.
    Length,
    /// A prefix such as `__Host-` in other letters, which a parser or a framework may fold.
    FoldedPrefix,
    /// A percent-escape that is malformed, is not UTF-8, or decodes to something with a meaning.
    Escape,
    /// Blanks and `;` where pairs begin and end.
    Blanks,
}

impl Mutator {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::EncodedName,
        Self::UnicodeSpace,
        Self::Control,
        Self::Quotes,
        Self::Backslash,
        Self::LegacyAttribute,
        Self::Sandwich,
        Self::Nameless,
        Self::NoEquals,
        Self::Duplicate,
        Self::Tossed,
        Self::Comma,
        Self::Fold,
        Self::NotUtf8,
        Self::Length,
        Self::FoldedPrefix,
        Self::Escape,
        Self::Blanks,
    ];

    /// One of them.
    #[must_use]
    pub fn any(choices: &mut dyn Choices) -> Self {
        Self::ALL.get(choices.below(Self::ALL.len())).copied().unwrap_or(Self::EncodedName)
    }

    /// Does it to a header.
    pub fn apply(self, header: &mut Vec<u8>, choices: &mut dyn Choices) {
        let mut pieces: Vec<Vec<u8>> = header.split(|byte| *byte == b';').map(<[u8]>::to_vec).collect();
        match self {
            // These are about more than one pair.
            Self::Sandwich => sandwich(&mut pieces, choices),
            Self::Comma => return comma(header, choices),
            Self::Nameless => insert(&mut pieces, choices, &[b"=1", b"=", b"= =", b"=sid=1"]),
            Self::NoEquals => insert(&mut pieces, choices, &[b"sid", b"", b"__Host-sid", b"\"sid"]),
            Self::LegacyAttribute => legacy(&mut pieces, choices),
            Self::Duplicate | Self::Tossed => same_name(self, &mut pieces, choices),
            Self::Control | Self::Fold | Self::NotUtf8 | Self::Backslash => return anywhere(self, header, choices),
            _ => {
                let place = choices.below(pieces.len());
                if let Some(piece) = pieces.get_mut(place) {
                    *piece = self.one_pair(piece, choices);
                }
            }
        }
        *header = pieces.join(&b';');
    }

    /// What becomes of a pair, which may begin with a space.
    fn one_pair(self, piece: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
        let pair = trim_start(piece);
        let blanks = piece.strip_suffix(pair).unwrap_or_default();
        let (name, value) = split_once(pair, b'=').unwrap_or((pair, &[]));
        let (name, value) = match self {
            Self::EncodedName => (encoded(name, choices), value.to_vec()),
            Self::UnicodeSpace => (spaced(name, choices), value.to_vec()),
            Self::Quotes => (name.to_vec(), quoted(value, choices)),
            Self::Length => (name.to_vec(), lengthened(name, value, choices)),
            Self::FoldedPrefix => (folded(name, choices), value.to_vec()),
            Self::Escape => {
                let texts: &[&[u8]] = &[
                    b"%3B",
                    b"%",
                    b"%2",
                    b"%zz",
                    b"%FF",
                    b"%C3",
                    b"%ED%A0%80",
                    b"%C0%80",
                    b"%00",
                    b"%0D%0A",
                    b"%25",
                    b"%3D",
                    b"%22",
                    b"%u0041",
                ];
                (name.to_vec(), put(value, pick(choices, texts), choices))
            }
            _ => {
                let texts: &[&[u8]] = &[b" ", b"\t", b"  ", b" \t ", b"\t;\t"];
                let blank = pick(choices, texts);
                return match choices.below(3) {
                    0 => [piece, blank].concat(),
                    1 => [blank, piece].concat(),
                    _ => [blanks, name, blank, b"=", blank, value].concat(),
                };
            }
        };
        [blanks, &name, b"=", &value].concat()
    }
}

pub(super) fn attack(case: &mut Case, choices: &mut dyn Choices) {
    for _ in 0..choices.below(3).saturating_add(1) {
        let mutator = Mutator::any(choices);
        mutator.apply(&mut case.header, choices);
        case.mutators.push(mutator);
    }
}

/// One of these texts becomes a piece of its own.
fn insert(pieces: &mut Vec<Vec<u8>>, choices: &mut dyn Choices, texts: &[&[u8]]) {
    let text = pick(choices, texts);
    let place = choices.below(pieces.len().saturating_add(1)).min(pieces.len());
    pieces.insert(place, if place == 0 { text.to_vec() } else { [b" ", text].concat() });
}

fn legacy(pieces: &mut Vec<Vec<u8>>, choices: &mut dyn Choices) {
    // The version comes first, the others behind their cookie.
    if choices.below(3) == 0 {
        pieces.insert(0, pick(choices, &[b"$Version=1", b"$Version=\"1\"", b"$Version=0"]).to_vec());
    } else {
        insert(pieces, choices, &[b"$Path=\"/\"", b"$Domain=\"a\"", b"$Port", b"$sid=1", b"$=1", b"$Version=1"]);
    }
}

/// `a=1; b=2` becomes `a="1; b=2; end="`.
fn sandwich(pieces: &mut Vec<Vec<u8>>, choices: &mut dyn Choices) {
    let place = choices.below(pieces.len());
    if let Some(piece) = pieces.get_mut(place) {
        let opened = match split_once(piece, b'=') {
            Some((name, value)) => [name, b"=\"", value].concat(),
            None => [piece, &b"=\""[..]].concat(),
        };
        *piece = opened;
    }
    pieces.push(pick(choices, &[b" end=\"", b" end=1\"", b" \"", b" end=\"; sid=2", b" end=\\\"\""]).to_vec());
}

fn same_name(mutator: Mutator, pieces: &mut Vec<Vec<u8>>, choices: &mut dyn Choices) {
    let place = choices.below(pieces.len());
    let Some(piece) = pieces.get(place) else { return };
    let (name, _) = split_once(piece, b'=').unwrap_or((piece, &[]));
    let name = trim_end(trim_start(name));
    let pair = [name, b"=", pick(choices, &[b"tossed", b"", b"\"\"", b"%", b"tossed; a"])].concat();
    if mutator == Mutator::Tossed {
        // It begins the header where its name did.
        if let Some(first) = pieces.get_mut(place).filter(|_| place == 0) {
            *first = [b" ", &first[..]].concat();
        }
        let blank: &[u8] = if place == 0 { b"" } else { b" " };
        pieces.insert(place, [blank, &pair].concat());
    } else {
        pieces.push([b" ", &pair[..]].concat());
    }
}

fn comma(header: &mut Vec<u8>, choices: &mut dyn Choices) {
    let places: Vec<usize> = (0..header.len()).filter(|place| header.get(*place) == Some(&b';')).collect();
    match places.get(choices.below(places.len().max(1))).and_then(|place| header.get_mut(*place)) {
        Some(separator) => *separator = b',',
        None => header.extend_from_slice(b", b=2"),
    }
}

fn anywhere(mutator: Mutator, header: &mut Vec<u8>, choices: &mut dyn Choices) {
    let text: &[u8] = match mutator {
        Mutator::Control => {
            pick(choices, &[b"\0", b"\n", b"\r", b"\x0B", b"\x0C", b"\x7F", b"\x01", b"\x1C", b"\x1F", b"\r\n"])
        }
        Mutator::Fold => pick(choices, &[b"\r\n ", b"\r\n\t", b"\n ", b"\r\n  \r\n "]),
        Mutator::Backslash => pick(choices, &[b"\\\"", b"\\", b"\\\\", b"\\073", b"\\;", b"\\075", b"\"\\054\""]),
        // A character of latin1, a cut one, a lone tail, too long a spelling, a surrogate; or whatever comes.
        _ => match choices.below(6) {
            0 => b"\xE9",
            1 => b"\xC3",
            2 => b"\xA0",
            3 => b"\xC0\xAF",
            4 => b"\xED\xA0\x80",
            _ => {
                let drawn = byte(choices) | 0x80;
                *header = put(header, &[drawn], choices);
                return;
            }
        },
    };
    *header = put(header, text, choices);
}

/// With this text somewhere inside.
fn put(into: &[u8], text: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
    let place = choices.below(into.len().saturating_add(1));
    let (before, behind) = into.split_at_checked(place).unwrap_or((into, &[]));
    [before, text, behind].concat()
}

fn encoded(name: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
    let place = choices.below(name.len().max(1));
    // One character, all of them, or an empty name's own.
    let all = choices.below(4) == 3;
    let lower = choices.below(4) == 3;
    let mut encoded = Vec::new();
    for (at, byte) in name.iter().enumerate() {
        if all || at == place {
            let digits: &[u8; 16] = if lower { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
            encoded.push(b'%');
            encoded.extend([byte >> 4, byte & 15].iter().filter_map(|digit| digits.get(usize::from(*digit))));
        } else {
            encoded.push(*byte);
        }
    }
    if name.is_empty() { b"%73id".to_vec() } else { encoded }
}

fn spaced(name: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
    let texts: &[&[u8]] = &[
        "\u{2000}".as_bytes(),
        "\u{A0}".as_bytes(),
        "\u{85}".as_bytes(),
        "\u{FEFF}".as_bytes(),
        "\u{3000}".as_bytes(),
        "\u{2028}".as_bytes(),
        "\u{200B}".as_bytes(),
        // The same in latin1.
        b"\xA0",
        b"\x85",
    ];
    let space = pick(choices, texts);
    if choices.below(2) == 0 { [space, name].concat() } else { [name, space].concat() }
}

fn quoted(value: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
    let quote = &b"\""[..];
    match choices.below(6) {
        0 => [quote, value, quote].concat(),
        1 => [quote, value].concat(),
        2 => [value, quote].concat(),
        3 => quote.to_vec(),
        4 => [quote, quote, value, quote, quote].concat(),
        _ => [quote, value, quote, b"x"].concat(),
    }
}

fn lengthened(name: &[u8], value: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
    let length = [4096_usize, 4095, 4097].get(choices.below(3)).copied().unwrap_or_default();
    let mut value = value.to_vec();
    value.resize(length.saturating_sub(name.len()).max(value.len()), b'a');
    value
}

fn folded(name: &[u8], choices: &mut dyn Choices) -> Vec<u8> {
    const PREFIXES: [&[u8]; 4] = [b"__Host-", b"__Secure-", b"__Http-", b"__Host-Http-"];
    let (prefix, stem) = match PREFIXES.iter().find(|prefix| starts_with_ignore_case(name, prefix)) {
        Some(prefix) => (*prefix, name.get(prefix.len()..).unwrap_or_default()),
        None => (pick(choices, &PREFIXES), name),
    };
    let upper = choices.below(3);
    let mut folded = match upper {
        0 => prefix.to_ascii_lowercase(),
        1 => prefix.to_ascii_uppercase(),
        _ => prefix.iter().map(|byte| byte ^ if byte.is_ascii_alphabetic() { 0x20 } else { 0 }).collect(),
    };
    folded.extend_from_slice(stem);
    folded
}
