//! A program for QEMU that calls the entry it is built with, and says what each call costs.
//!
//! It prints lines `NAME VALUE` for `tests/thumb/compare`, and of each case a line that begins with `#`.

#![cfg_attr(feature = "timing", expect(dead_code, reason = "it compares costs with each other, and has no figures"))]

mod board;
mod cost;
mod report;
mod requests;

#[cfg(any(feature = "answer", feature = "verify"))]
#[path = "bench/parts.rs"]
mod cases;
#[cfg(feature = "compression")]
#[path = "bench/compression.rs"]
mod cases;
#[cfg(feature = "login")]
#[path = "bench/login.rs"]
mod cases;
#[cfg(feature = "timing")]
#[path = "bench/timing.rs"]
mod cases;
#[cfg(any(feature = "exchange", feature = "recommended"))]
#[path = "bench/visits.rs"]
mod cases;
#[cfg(any(feature = "exchange", feature = "login", feature = "recommended"))]
mod visitor;

use report::Report;

/// Runs all cases. One whose answer is not the expected one ends it.
pub fn main() -> bool {
    let mut report = Report::default();
    let done = cases::run(&mut report).is_some();
    report.end(done);
    done
}

fn address<T>(value: &T) -> usize {
    core::ptr::from_ref(value).expose_provenance()
}

fn address_mut<T>(value: &mut T) -> usize {
    core::ptr::from_mut(value).expose_provenance()
}
