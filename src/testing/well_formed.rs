//! Headers inside the grammar that RFC 6265bis gives for servers.

use alloc::{vec, vec::Vec};

use super::case::{Case, Header, Pair, Strength};
use super::choices::{Choices, chance, pick};

// Names that mean something to somebody, and names that are hard for a table or for a language.
const NAMES: [&str; 18] = [
    "__Host-sid",
    "__Secure-sid",
    "connect.sid",
    "a",
    "SID",
    "b",
    "session",
    "csrf",
    "lang",
    "%73id",
    "__proto__",
    "toString",
    "Path",
    "HttpOnly",
    "$Version",
    "0",
    "__Http-sid",
    "__Host-Http-sid",
];
const VALUES: [&str; 12] = [
    "1",
    "abc",
    "dark",
    "s%3Aabc.d%2Bf",
    "a=b",
    "==",
    "%",
    "%C3%A9",
    "%E2%80%80",
    "__Host-sid=x",
    "{}",
    "eyJhIjoxfQ.x-y_z~",
];
const TOKEN: &[u8] = b"ABCxyz019!#$%&'*+-.^_`|~";
// > cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
const COOKIE_OCTETS: &[u8] = b"abcXYZ019!#$%&'()*+-./:<=>?@[]^_`{|}~";

pub(super) fn generate(kind: Header, choices: &mut dyn Choices) -> Case {
    let (header, pairs) = match kind {
        Header::Cookie => cookie(choices),
        Header::SetCookie => set_cookie(choices),
    };
    Case { kind, strength: Strength::WellFormed, header, pairs, rule: None, mutators: Vec::new() }
}

// > cookie-string = cookie-pair *( ";" SP cookie-pair )
fn cookie(choices: &mut dyn Choices) -> (Vec<u8>, Vec<Pair>) {
    let others = choices.below(5);
    let mut pairs = Vec::new();
    for _ in 0..others {
        pairs.push(pair(choices));
    }
    pairs.push(pair(choices));
    let header = pairs.iter().map(spelled).collect::<Vec<_>>().join(&b"; "[..]);
    (header, pairs)
}

// > set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )
fn set_cookie(choices: &mut dyn Choices) -> (Vec<u8>, Vec<Pair>) {
    let pair = pair(choices);
    let mut header = spelled(&pair);
    // A browser drops a cookie of these names without these attributes.
    let is_host = pair.0.starts_with(b"__Host-");
    let is_secure = is_host || pair.0.starts_with(b"__Secure-") || pair.0.starts_with(b"__Http-");
    let is_http = pair.0.starts_with(b"__Http-") || pair.0.starts_with(b"__Host-Http-");
    let mut attribute = |text: &[u8]| {
        header.extend_from_slice(b"; ");
        header.extend_from_slice(text);
    };
    if chance(choices, 25) {
        attribute(pick(choices, &[b"Max-Age=60", b"Max-Age=1", b"Max-Age=34560000", b"Max-Age=99999999999999999999"]));
    }
    if !is_host && chance(choices, 25) {
        attribute(pick(choices, &[b"Domain=example.com", b"Domain=a.b.example", b"domain=localhost"]));
    }
    if is_host {
        attribute(b"Path=/");
    } else if chance(choices, 50) {
        attribute(pick(choices, &[b"Path=/", b"Path=/a b", b"path=/a/", b"Path=", b"Path=/a=\"b\"", b"Path=/%3B,\\"]));
    }
    if chance(choices, 25) {
        attribute(pick(
            choices,
            &[
                b"Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                b"Expires=Fri, 31 Dec 9999 23:59:59 GMT",
                b"expires=Sun, 06 Nov 1994 08:49:37 GMT",
            ],
        ));
    }
    if is_http || chance(choices, 50) {
        attribute(pick(choices, &[b"HttpOnly", b"httponly"]));
    }
    if is_secure || chance(choices, 50) {
        attribute(pick(choices, &[b"Secure", b"SECURE"]));
    }
    if chance(choices, 50) {
        attribute(pick(choices, &[b"SameSite=Lax", b"SameSite=Strict", b"SameSite=None", b"samesite=lax"]));
    }
    if chance(choices, 20) {
        // > extension-av = *av-octet
        attribute(pick(choices, &[b"Partitioned", b"Priority=High", b"x=y=z", b"sid=1"]));
    }
    (header, vec![pair])
}

fn pair(choices: &mut dyn Choices) -> Pair {
    (name(choices), value(choices))
}

pub(super) fn spelled((name, value): &Pair) -> Vec<u8> {
    [&name[..], value].join(&b'=')
}

fn name(choices: &mut dyn Choices) -> Vec<u8> {
    // The last decision below leads to a name that nobody has thought of.
    let place = choices.below(NAMES.len().saturating_add(3));
    match place.checked_sub(1) {
        None => b"sid".to_vec(),
        Some(place) => NAMES.get(place).map_or_else(|| octets(choices, TOKEN, 1), |name| name.as_bytes().to_vec()),
    }
}

fn value(choices: &mut dyn Choices) -> Vec<u8> {
    let place = choices.below(VALUES.len().saturating_add(4));
    let value = match place.checked_sub(1) {
        None => Vec::new(),
        Some(place) => {
            VALUES.get(place).map_or_else(|| octets(choices, COOKIE_OCTETS, 0), |value| value.as_bytes().to_vec())
        }
    };
    // > cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
    if chance(choices, 10) { [b"\"", &value[..], b"\""].concat() } else { value }
}

fn octets(choices: &mut dyn Choices, of: &[u8], least: usize) -> Vec<u8> {
    let length = choices.below(12).saturating_add(least);
    (0..length).map(|_| of.get(choices.below(of.len())).copied().unwrap_or(b'a')).collect()
}
