//! Whether the time of a comparison says where the first wrong character is.

use core::fmt::Write;

use session_core::Key;

use super::address;
use super::board::Host;
use super::cost::Cost;
use super::report::Report;
use super::requests::{ID, SECRET};
use crate::timing::{Signed, leaky, timing};

const LENGTH: usize = 43;

pub fn run(_: &mut Report) -> Option<()> {
    let key = Key::new(SECRET);
    let signature = key.sign(ID);
    let right = Signed { text: ID, signature: signature.as_str() };
    let mut ours = [0; LENGTH];
    let mut theirs = [0; LENGTH];
    for ((place, ours), theirs) in (0..).zip(&mut ours).zip(&mut theirs) {
        let mut wrong = [0; LENGTH];
        wrong.copy_from_slice(right.signature.as_bytes());
        let byte = wrong.get_mut(place)?;
        *byte = if *byte == b'A' { b'B' } else { b'A' };
        let wrong = Signed { text: ID, signature: core::str::from_utf8(&wrong).ok()? };
        // SAFETY: these are the arguments of both.
        let costs = unsafe {
            [
                Cost::of(timing as *const (), [address(&key), address(&wrong), 0, 0]),
                Cost::of(leaky as *const (), [address(&right), address(&wrong), 0, 0]),
            ]
        };
        [*ours, *theirs] = costs.map(|cost| cost.instructions);
    }
    let (first, last) = (ours.first()?, theirs.last()?);
    writeln!(Host, "# a wrong character at any of {LENGTH} places: {first} instructions").ok()?;
    writeln!(Host, "# the one that leaks: {} at the first, {last} at the last", theirs.first()?).ok()?;
    let is_constant = ours.iter().all(|cost| cost == first);
    let is_leak_seen = theirs.is_sorted_by(|earlier, later| earlier < later);
    (is_constant && is_leak_seen && timing(&key, &right)).then_some(())
}
