//! Linux, without a C library: two system calls.

use core::arch::asm;
use core::fmt;

#[cfg(target_arch = "arm")]
const EXIT: usize = 1;
#[cfg(target_arch = "arm")]
const WRITE: usize = 4;
#[cfg(target_arch = "s390x")]
const EXIT: usize = 1;
#[cfg(target_arch = "s390x")]
const WRITE: usize = 4;

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    exit(usize::from(!crate::run_on_board()))
}

pub fn fault() -> ! {
    exit(101)
}

fn exit(status: usize) -> ! {
    loop {
        // SAFETY: it ends the process.
        unsafe { call(EXIT, status, 0, 0) };
    }
}

/// The standard output.
pub struct Host;

impl fmt::Write for Host {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: the bytes are there.
        let written = unsafe { call(WRITE, 1, text.as_ptr().addr(), text.len()) };
        if written == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// # Safety
///
/// As the system call has it.
unsafe fn call(number: usize, first: usize, second: usize, third: usize) -> usize {
    let result;
    // SAFETY: the caller's promise.
    #[cfg(target_arch = "arm")]
    unsafe {
        asm!("svc 0", in("r7") number, inout("r0") first => result, in("r1") second, in("r2") third, options(nostack));
    }
    // SAFETY: the caller's promise.
    #[cfg(target_arch = "s390x")]
    unsafe {
        asm!("svc 0", in("r1") number, inout("r2") first => result, in("r3") second, in("r4") third, options(nostack));
    }
    result
}
