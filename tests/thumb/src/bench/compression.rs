//! One compression.

use super::cost::Cost;
use super::report::Report;
use super::{address, address_mut};
use crate::compression::compression;

pub fn run(report: &mut Report) -> Option<()> {
    let mut state = [0; 8];
    let arguments = [address_mut(&mut state), address(&[0x5a_u8; 64]), 0, 0];
    // SAFETY: these are its arguments.
    let cost = unsafe { Cost::of(compression as *const (), arguments) };
    (state != [0; 8]).then_some(())?;
    report.case("one block", cost)?;
    report.figure("compression_instructions", cost.instructions)?;
    report.stack("compression")
}
