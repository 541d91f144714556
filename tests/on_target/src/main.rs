//! Asks session-core what the npm packages were asked, and compares the answers: on a target that runs this.
//!
//! Each row must have its answer, and must not have another one: with one bit changed it is refused.

#![no_std]
#![no_main]

mod answers;
#[cfg(target_os = "none")]
#[path = "../../thumb/src/bench/board.rs"]
mod board;
#[cfg(not(target_os = "none"))]
#[path = "hosted.rs"]
mod board;
mod rows;

use core::fmt::Write;

use board::Host;
use rows::{Row, Rows};

/// More than any row's answer has.
const LONGEST_ANSWER: usize = 6_144;

/// Compares all rows, up to the first that differs.
pub fn run_on_board() -> bool {
    let mut rows = Rows::all();
    let mut counts = [0_u32; 256];
    let mut number = 0;
    for row in &mut rows {
        number += 1;
        if compare(&row) != Some(()) {
            let _told = writeln!(Host, "DIFFERENT: row {number}, a '{}'", char::from(row.operation));
            return false;
        }
        if let Some(count) = counts.get_mut(usize::from(row.operation)) {
            *count += 1;
        }
    }
    let endian = if cfg!(target_endian = "big") { "big" } else { "little" };
    let _told = writeln!(Host, "{number} rows, {} bits, {endian} end first", usize::BITS);
    for (operation, count) in (b'\0'..).zip(counts).filter(|(_, count)| *count > 0) {
        let _told = writeln!(Host, "{count:5} {}", name(operation));
    }
    rows.is_at_end() && number > 0
}

fn compare(row: &Row<'_>) -> Option<()> {
    let is_right = answers::is_answer(row, row.answer)?;
    let mut another = [0; LONGEST_ANSWER];
    let another = another.get_mut(..row.answer.len())?;
    another.copy_from_slice(row.answer);
    *another.last_mut()? ^= 1;
    let is_wrong = !answers::is_answer(row, another)?;
    (is_right && is_wrong).then_some(())
}

const fn name(operation: u8) -> &'static str {
    match operation {
        b'd' => "decode",
        b'e' => "encode",
        b'i' => "uid",
        b'k' => "derived keys",
        b'p' => "parse",
        b's' => "sign",
        b't' => "dates",
        b'u' => "unsign",
        _ => "unknown",
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _told = writeln!(Host, "{info}");
    board::fault()
}
