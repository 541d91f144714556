//! What a firmware would call of session-core, as entries that a linker can keep one at a time.
//!
//! All that they are given comes from outside by reference, so that nothing is known when they are compiled. A panic
//! that can be reached ends in a function that does not exist, and so in an error of the linker.
//!
//! There is no entry for a record's JSON: its numbers are read and printed by `core`, whose code for floats keeps panics
//! that cannot happen but that no linker sees through.

#![no_std]

#[cfg(feature = "answer")]
mod answer;
#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "compression")]
mod compression;
#[cfg(feature = "control")]
mod control;
#[cfg(feature = "exchange")]
mod exchange;
#[cfg(any(feature = "inputs", feature = "json"))]
pub mod inputs;
#[cfg(any(feature = "derive", feature = "key"))]
mod keys;
#[cfg(feature = "login")]
pub mod login;
#[cfg(any(feature = "login", feature = "passive", feature = "recommended"))]
pub mod recommended;
#[cfg(feature = "timing")]
mod timing;
#[cfg(any(feature = "answer", feature = "verify"))]
mod verify;

#[cfg(feature = "bench")]
use bench::main as run_on_board;

/// A request as a server of a few kilobytes has it.
pub struct Request<'r> {
    /// The value of its Cookie header, or nothing.
    pub cookie: &'r [u8],
    /// Its path and query.
    pub target: &'r str,
    /// The time at which it came, in ms since 1970.
    pub now: i64,
    /// Random bytes for a new session's id.
    pub random: [u8; 24],
}

#[cfg(target_os = "none")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn a_panic_can_be_reached() -> !;
    }
    // SAFETY: no program that calls it can be linked.
    unsafe { a_panic_can_be_reached() }
}
