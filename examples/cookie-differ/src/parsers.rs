//! The parsers that are asked in this process, and what an answer is.

use core::fmt;
use std::collections::HashSet;

use biscotti::{Processor, ProcessorConfig, RequestCookies};
use cookie::{Cookie, CookieJar};
use session_core::Cookies;
use session_core::testing::{Pair, reference};

/// What a program that uses the parser finds: each name once, with the value that looking it up gives, in the order of
/// the header as far as the parser keeps one. Or why it finds nothing at all.
pub(crate) type Answer = Result<Vec<Pair>, String>;

/// Why no answer can be had.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that reads a `Cookie` header.
pub(crate) trait Parser {
    fn name(&self) -> &str;

    /// # Errors
    ///
    /// [`Failure`] if there is nobody to ask any more; a header that is refused is an answer.
    fn ask(&mut self, header: &[u8]) -> Result<Answer, Failure>;

    /// Nothing more is asked.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it has said more than it was asked.
    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

/// A parser of this process. Yours is one more line of [`IN_PROCESS`].
pub(crate) struct InProcess {
    name: &'static str,
    read: Read,
}

type Read = fn(&[u8]) -> Answer;

/// The first is what the others are compared with if nothing else is said.
pub(crate) const IN_PROCESS: [(&str, Read); 5] = [
    ("browser", browser),
    ("reference", npm_reference),
    ("session-core", session_core),
    ("cookie", cookie_jar),
    ("biscotti", biscotti),
];

impl InProcess {
    pub(crate) fn named(name: &str) -> Option<Self> {
        IN_PROCESS.into_iter().find(|(known, _)| *known == name).map(|(name, read)| Self { name, read })
    }
}

impl Parser for InProcess {
    fn name(&self) -> &str {
        self.name
    }

    fn ask(&mut self, header: &[u8]) -> Result<Answer, Failure> {
        Ok((self.read)(header))
    }
}

/// What a browser had in its store when it made this header: nothing decoded, quotes kept, every pair of a name.
fn browser(header: &[u8]) -> Answer {
    let pieces = header.split(|byte| *byte == b';').map(trim).filter(|piece| !piece.is_empty());
    Ok(pieces
        .map(|piece| match piece.iter().position(|byte| *byte == b'=').and_then(|at| piece.split_at_checked(at)) {
            Some((name, value)) => (trim(name).to_vec(), trim(value.get(1..).unwrap_or_default()).to_vec()),
            None => (Vec::new(), piece.to_vec()),
        })
        .collect())
}

fn npm_reference(header: &[u8]) -> Answer {
    Ok(reference::first_of_each(&reference::cookies(header)))
}

fn session_core(header: &[u8]) -> Answer {
    let mut seen = HashSet::new();
    let pairs = Cookies::new(header).filter(|pair| seen.insert(pair.name()));
    Ok(pairs.map(|pair| (pair.name().to_vec(), pair.value().bytes().collect())).collect())
}

/// As axum-extra and Rocket use the crate `cookie`: what cannot be read is passed over, and a jar holds the rest.
fn cookie_jar(header: &[u8]) -> Answer {
    let text = text(header)?;
    let mut jar = CookieJar::new();
    let mut names: Vec<String> = Vec::new();
    for cookie in Cookie::split_parse_encoded(text).flatten() {
        if names.iter().all(|name| name != cookie.name()) {
            names.push(cookie.name().to_owned());
        }
        jar.add_original(cookie.into_owned());
    }
    let found = |name: String| jar.get(&name).map(|cookie| (name.into_bytes(), cookie.value().as_bytes().to_vec()));
    Ok(names.into_iter().filter_map(found).collect())
}

/// It lists no names, so those are asked for that the header might mean.
fn biscotti(header: &[u8]) -> Answer {
    let text = text(header)?;
    let processor: Processor = ProcessorConfig::default().into();
    let cookies = RequestCookies::parse_header(text, &processor).map_err(|error| {
        let source = core::error::Error::source(&error).map(ToString::to_string);
        source.unwrap_or_else(|| error.to_string())
    })?;
    let mut pairs: Vec<Pair> = Vec::new();
    for piece in text.split(';') {
        let name = piece.split('=').next().unwrap_or_default().trim();
        let decoded = String::from_utf8_lossy(&reference::decoded(name.as_bytes())).into_owned();
        for name in [name, &decoded] {
            let is_new = pairs.iter().all(|(other, _)| other != name.as_bytes());
            if let Some(cookie) = cookies.get(name).filter(|_| is_new) {
                pairs.push((name.as_bytes().to_vec(), cookie.value().as_bytes().to_vec()));
            }
        }
    }
    Ok(pairs)
}

/// Both crates take text, and a program has to make it of the header's bytes.
fn text(header: &[u8]) -> Result<&str, String> {
    core::str::from_utf8(header).map_err(|_| "not UTF-8".to_owned())
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
