//! The machine that QEMU plays, `lm3s6965evb`: where it starts, and how it speaks to the host.

use core::arch::asm;
use core::fmt;

const SYS_WRITEC: usize = 0x03;
const SYS_EXIT: usize = 0x18;
const STOPPED_WELL: usize = 0x2_0026;
const STOPPED_BY_FAULT: usize = 0x2_0023;

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
    exit(crate::run_on_board())
}

/// A fault of the processor, or a panic: either ends the program badly.
#[unsafe(no_mangle)]
pub extern "C" fn fault() -> ! {
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
