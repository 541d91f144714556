//! What a call costs: instructions, and the depth of its stack.

use core::arch::asm;
use core::ptr;

use super::board::{ticks, ticks_between};

/// QEMU is started with `-icount shift=10`: an instruction takes 1,024 ns of the emulated clock, which ticks every 80 ns.
const NS_AN_INSTRUCTION: u32 = 1_024;
const NS_A_TICK: u32 = 80;

/// How much of the stack is painted. Deeper calls show as this depth.
const PAINTED: usize = 40 * 1_024;
const PAINT: u32 = 0xa5c3_3c5a;

#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub instructions: u32,
    /// In bytes, below the stack pointer of the caller.
    pub stack: usize,
}

impl Cost {
    /// Calls a function of at most four arguments, each a pointer or a number of 32 bits.
    ///
    /// # Safety
    ///
    /// The address is of an `extern "C"` function that these arguments may be given to.
    pub unsafe fn of(function: *const (), arguments: [usize; 4]) -> Self {
        // What the measuring itself takes.
        // SAFETY: it takes any arguments.
        let nothing = unsafe { measure(nothing as *const (), arguments) };
        // SAFETY: the caller's promise.
        let cost = unsafe { measure(function, arguments) };
        Self { instructions: cost.instructions.saturating_sub(nothing.instructions), ..cost }
    }
}

extern "C" fn nothing(_: usize, _: usize, _: usize, _: usize) {}

/// # Safety
///
/// As [`Cost::of`].
#[inline(never)]
unsafe fn measure(function: *const (), arguments: [usize; 4]) -> Cost {
    let [a, b, c, d] = arguments;
    let stack: usize;
    // SAFETY: it reads a register.
    unsafe { asm!("mov {}, sp", out(reg) stack, options(nomem, nostack, preserves_flags)) };
    let bottom = stack.saturating_sub(PAINTED);
    for place in (bottom..stack).step_by(4) {
        // SAFETY: this is RAM below the stack pointer, where nothing lives, and no interrupt is on.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(place).write_volatile(PAINT) };
    }
    let before = ticks();
    // SAFETY: the caller's promise.
    unsafe {
        asm!("blx {}", in(reg) function, inout("r0") a => _, inout("r1") b => _, inout("r2") c => _, inout("r3") d => _,
            clobber_abi("C"));
    }
    let ticks = ticks_between(before, ticks());
    let mut unused = 0;
    for place in (bottom..stack).step_by(4) {
        // SAFETY: as above.
        if unsafe { ptr::with_exposed_provenance::<u32>(place).read_volatile() } != PAINT {
            break;
        }
        unused += 4;
    }
    // The clock goes round after 2^24 ticks, which are 1.3 million instructions.
    Cost { instructions: (ticks * NS_A_TICK + NS_AN_INSTRUCTION / 2) / NS_AN_INSTRUCTION, stack: PAINTED - unused }
}
