//! Requests to valgrind's memcheck: mark memory as undefined, and count what it has reported.
//!
//! Memcheck follows each undefined bit through the program and reports where one decides about a branch or an address. So a
//! secret that is marked as undefined is reported where its value can show in time. Without valgrind a request does nothing.

use std::arch::asm;
use std::mem::size_of_val;

// > enum { VG_USERREQ__RUNNING_ON_VALGRIND = 0x1001, VG_USERREQ__COUNT_ERRORS = 0x1201 }
// (valgrind.h)
const RUNNING_ON_VALGRIND: u64 = 0x1001;
const COUNT_ERRORS: u64 = 0x1201;
// > #define VG_USERREQ_TOOL_BASE(a,b) ((unsigned int)(((a)&0xff) << 24 | ((b)&0xff) << 16))
// > VG_USERREQ__MAKE_MEM_NOACCESS = VG_USERREQ_TOOL_BASE('M','C'), …MAKE_MEM_UNDEFINED, …MAKE_MEM_DEFINED
// (memcheck.h)
const MEMCHECK: u64 = (b'M' as u64) << 24 | (b'C' as u64) << 16;
const MAKE_MEM_UNDEFINED: u64 = MEMCHECK + 1;
const MAKE_MEM_DEFINED: u64 = MEMCHECK + 2;
const GET_VBITS: u64 = MEMCHECK + 8;

/// Whether the program runs under valgrind: only then do the other requests mean anything.
pub fn is_running() -> bool {
    request(RUNNING_ON_VALGRIND, [0; 3]) > 0
}

/// How many times something was reported since the program began, repetitions included.
pub fn reports() -> u64 {
    request(COUNT_ERRORS, [0; 3])
}

/// Makes a secret of a value.
pub fn conceal<T: ?Sized>(value: &mut T) {
    request(MAKE_MEM_UNDEFINED, [address(value), length(value), 0]);
}

/// Makes a value public: what is done with it from here on is not looked at.
pub fn reveal<T: ?Sized>(value: &mut T) {
    request(MAKE_MEM_DEFINED, [address(value), length(value), 0]);
}

/// How many bytes of a value hold a bit that depends on a secret.
pub fn secret_bytes<T: ?Sized>(value: &T) -> usize {
    let mut bits = vec![0_u8; size_of_val(value)];
    request(GET_VBITS, [address(value), bits.as_mut_ptr().expose_provenance() as u64, length(value)]);
    bits.iter().filter(|bits| **bits != 0).count()
}

/// A branch that an answer decides, so that each answer that depends on a secret is reported once by it.
pub fn branch_on(answer: bool) {
    // SAFETY: it jumps to the next instruction, or goes on to the next instruction.
    unsafe {
        asm!("test {0}, {0}", "jz 2f", "2:", in(reg_byte) u8::from(answer), options(nomem, nostack));
    }
}

fn address<T: ?Sized>(value: &T) -> u64 {
    std::ptr::from_ref(value).cast::<u8>().expose_provenance() as u64
}

fn length<T: ?Sized>(value: &T) -> u64 {
    size_of_val(value) as u64
}

/// Calls valgrind, which knows the request by five instructions that do nothing otherwise.
fn request(number: u64, [first, second, third]: [u64; 3]) -> u64 {
    let arguments = [number, first, second, third, 0, 0];
    let answer;
    // SAFETY: rdi is rotated by 128 bits in all and rbx changes its place with itself, so both are as before. Valgrind
    // reads six words at rax, changes the memory that they name only with GET_VBITS, which fills `bits` above, and answers
    // in rdx.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") 0_u64 => answer,
            options(nostack),
        );
    }
    answer
}
