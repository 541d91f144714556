//! The machine that QEMU plays, `lm3s6965evb`: where it starts, how it speaks to the host, and its clock.

use core::arch::asm;
use core::fmt;
use core::ptr;

const SYS_WRITEC: usize = 0x03;
const SYS_EXIT: usize = 0x18;
const STOPPED_WELL: usize = 0x2_0026;
const STOPPED_BY_FAULT: usize = 0x2_0023;

const SYSTICK_CONTROL: *mut u32 = ptr::without_provenance_mut(0xe000_e010);
const SYSTICK_RELOAD: *mut u32 = ptr::without_provenance_mut(0xe000_e014);
const SYSTICK_CURRENT: *mut u32 = ptr::without_provenance_mut(0xe000_e018);
const SYSTICK_MOST: u32 = 0xff_ffff;

unsafe extern "C" {
    /// Made by `lm3s6965.ld`: the end of the RAM.
    static stack_top: u8;
}

/// What the processor finds at address 0.
#[repr(C)]
pub struct Vectors {
    stack: *const u8,
    reset: extern "C" fn() -> !,
    faults: [extern "C" fn() -> !; 14],
}

// SAFETY: nobody writes to it, and the pointer is an address only.
unsafe impl Sync for Vectors {}

#[unsafe(no_mangle)]
#[unsafe(link_section = ".vectors")]
pub static VECTORS: Vectors = Vectors { stack: &raw const stack_top, reset, faults: [fault; 14] };

extern "C" fn reset() -> ! {
    // SAFETY: these are the registers of the clock, which nobody else uses.
    unsafe {
        SYSTICK_RELOAD.write_volatile(SYSTICK_MOST);
        SYSTICK_CURRENT.write_volatile(0);
        // It counts the processor's clock, without interrupts.
        SYSTICK_CONTROL.write_volatile(0b101);
    }
    exit(crate::bench::main())
}

/// A fault of the processor, or a panic: either ends the program badly.
#[unsafe(no_mangle)]
extern "C" fn fault() -> ! {
    exit(false)
}

fn exit(well: bool) -> ! {
    let reason = if well { STOPPED_WELL } else { STOPPED_BY_FAULT };
    loop {
        semihosting(SYS_EXIT, reason);
    }
}

fn semihosting(operation: usize, argument: usize) {
    // SAFETY: the operations above read the argument, or the byte that it points to, and write nowhere.
    unsafe { asm!("bkpt #0xab", inout("r0") operation => _, in("r1") argument, options(nostack)) };
}

/// The ticks between two readings of the clock, if it went round less than once.
pub fn ticks_between(earlier: u32, later: u32) -> u32 {
    // It counts down.
    earlier.wrapping_sub(later) & SYSTICK_MOST
}

#[inline(always)]
pub fn ticks() -> u32 {
    // SAFETY: reading it changes nothing.
    unsafe { SYSTICK_CURRENT.read_volatile() }
}

/// What the host prints.
pub struct Host;

impl fmt::Write for Host {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            semihosting(SYS_WRITEC, (&raw const byte).addr());
        }
        Ok(())
    }
}
