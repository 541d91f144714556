//! What a call costs: instructions, and the depth of its stack.

use core::arch::asm;
use core::ptr;

const SYSTICK_CONTROL: *mut u32 = ptr::without_provenance_mut(0xe000_e010);
const SYSTICK_RELOAD: *mut u32 = ptr::without_provenance_mut(0xe000_e014);
const SYSTICK_CURRENT: *mut u32 = ptr::without_provenance_mut(0xe000_e018);
const SYSTICK_MOST: u32 = 0xff_ffff;

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
        // What the measuring itself takes. When QEMU first meets a reading of the clock, it is an instruction off.
        // SAFETY: it takes any arguments.
        let [_, nothing] = [(); 2].map(|()| unsafe { measure(nothing as *const (), arguments) });
        // SAFETY: the caller's promise.
        let cost = unsafe { measure(function, arguments) };
        Self { instructions: cost.instructions.saturating_sub(nothing.instructions), ..cost }
    }
}

#[inline(always)]
fn clock_started() -> u32 {
    // SAFETY: these are the registers of the clock, which nobody else uses.
    unsafe {
        SYSTICK_RELOAD.write_volatile(SYSTICK_MOST);
        SYSTICK_CURRENT.write_volatile(0);
        // It counts the processor's clock, without interrupts.
        SYSTICK_CONTROL.write_volatile(0b101);
        SYSTICK_CURRENT.read_volatile()
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
    let before = clock_started();
    // SAFETY: the caller's promise.
    unsafe {
        asm!("blx {}", in(reg) function, inout("r0") a => _, inout("r1") b => _, inout("r2") c => _, inout("r3") d => _,
            clobber_abi("C"));
    }
    // SAFETY: reading it changes nothing. It counts down.
    let ticks = before.wrapping_sub(unsafe { SYSTICK_CURRENT.read_volatile() }) & SYSTICK_MOST;
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
