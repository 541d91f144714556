//! From a Cookie header to a verified id, and to the line for a new one.

use session_core::{KeyRing, SessionId};

use super::cost::Cost;
use super::report::Report;
use super::requests::{FORGED, NOW, OTHERS, SECRET, SIGNED};
use super::{address, address_mut};
use crate::Request;
#[cfg(feature = "answer")]
use crate::answer::{answer as entry, answer_start as start};
#[cfg(feature = "verify")]
use crate::verify::{verify as entry, verify_start as start};

const ENTRY: &str = if cfg!(feature = "answer") { "answer" } else { "verify" };

/// Whether the id of the cookie is given.
const CASES: [(&str, &[&[u8]], bool); 8] = [
    ("no cookie", &[], false),
    ("ours alone", &[SIGNED], true),
    ("ours of five", &[OTHERS, SIGNED], true),
    ("ours of 17", &[OTHERS, OTHERS, OTHERS, OTHERS, SIGNED], true),
    ("a forged one of five", &[OTHERS, FORGED], false),
    ("malformed escapes", &[OTHERS, b"connect.sid=s%3A%FF%C3%28%2%E6%97%A5%F0%9F%98%80"], false),
    ("raw bytes", &[OTHERS, b"connect.sid=s:\xff\xc3\x28\xe6\x97\xa5\xf0\x9f\x98\x80"], false),
    ("too long a value", &[OTHERS, b"connect.sid=", &[b'x'; 512]], false),
];

pub fn run(report: &mut Report) -> Option<()> {
    let mut keys = None;
    start(&SECRET, &mut keys);
    let keys = keys?;
    for (name, parts, is_good) in CASES {
        let cost = call(&keys, parts, is_good)?;
        report.case(name, cost)?;
        if name == "ours of five" && cfg!(feature = "verify") {
            report.figure("verify_instructions", cost.instructions)?;
        }
        if name == "no cookie" && cfg!(feature = "answer") {
            report.figure("set_cookie_instructions", cost.instructions)?;
            report.figure("set_cookie_stack", cost.stack)?;
        }
    }
    report.stack(ENTRY)
}

fn call(keys: &KeyRing, parts: &[&[u8]], is_good: bool) -> Option<Cost> {
    let mut header = [0; 1_024];
    let mut length = 0;
    for (place, byte) in header.iter_mut().zip(parts.iter().copied().flatten()) {
        *place = *byte;
        length += 1;
    }
    let request = Request { cookie: header.get(..length)?, target: "/", now: NOW, random: [7; 24] };
    let mut id: Option<SessionId> = None;
    let mut line = [0_u8; 320];
    let arguments = [address(keys), address(&request), address_mut(&mut id), address_mut(&mut line)];
    // SAFETY: these are its arguments.
    let cost = unsafe { Cost::of(entry as *const (), arguments) };
    let is_answered = line.starts_with(b"connect.sid=s%3A");
    let is_right = if cfg!(feature = "answer") { is_answered != is_good } else { id.is_some() == is_good };
    is_right.then_some(cost)
}
