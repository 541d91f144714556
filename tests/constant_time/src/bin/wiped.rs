//! Whether keys are wiped when they are dropped: with the feature `zeroize` they have to be, and without it they must not, or
//! the program would see nothing.
//!
//! A key is put on the heap, and the allocator reads its bytes when it is given the memory back. Since somebody reads, a wipe by
//! ordinary writes passes as well, which a compiler may leave out elsewhere: that `zeroize` writes in another way is not tested.

use std::alloc::{GlobalAlloc, Layout, System};
use std::arch::asm;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use session_core::{Key, KeyRing};

/// The states of a key, which stand before the byte that says what it was made of.
const STATES: usize = 64;
const KEY: usize = size_of::<Key>();
const KEYS: usize = 4;
const IS_WIPED: bool = cfg!(feature = "zeroize");

/// The address to look at, and how many bytes of states were not 0 there when it was freed.
static WATCHED: AtomicUsize = AtomicUsize::new(0);
static LEFT: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Watching;

#[global_allocator]
static ALLOCATOR: Watching = Watching;

// SAFETY: it is the system's, and only reads besides.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: whoever calls keeps to the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if memory.expose_provenance() == WATCHED.load(Relaxed) {
            WATCHED.store(0, Relaxed);
            LEFT.store(left(memory, layout.size()), Relaxed);
        }
        // SAFETY: whoever calls keeps to the same.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How many bytes of the states of keys are not 0.
fn left(memory: *const u8, length: usize) -> usize {
    let mut bytes = [0_u8; KEYS * KEY];
    assert!(length <= bytes.len() && length % KEY == 0, "keys, and nothing else");
    // SAFETY: it copies `length` bytes, which are ours until they are freed, into as many. It is not for the compiler to know
    // what is in them: what was dropped, and between the fields nothing.
    unsafe {
        asm!(
            "rep movsb",
            inout("rcx") length => _,
            inout("rsi") memory => _,
            inout("rdi") bytes.as_mut_ptr() => _,
            options(nostack, preserves_flags),
        );
    }
    bytes[..length].chunks_exact(KEY).flat_map(|key| &key[..STATES]).filter(|byte| **byte != 0).count()
}

/// Drops what `make` makes, of so many keys, and looks.
fn is_right<T>(what: &str, keys: usize, make: impl FnOnce() -> T) -> bool {
    assert_eq!(size_of::<T>(), keys * KEY);
    let kept = black_box(Box::new(make()));
    let address = std::ptr::from_ref(&*kept).cast::<u8>();
    let before = left(address, size_of::<T>());
    LEFT.store(usize::MAX, Relaxed);
    WATCHED.store(address.expose_provenance(), Relaxed);
    drop(kept);
    let after = LEFT.load(Relaxed);
    // By chance few bytes of a state are 0, and never a half of them.
    let is_there = |left: usize| left <= keys * STATES && left > keys * STATES * 3 / 4;
    let is_right = is_there(before) && if IS_WIPED { after == 0 } else { is_there(after) };
    let permitted = if IS_WIPED { "0" } else { "as before" };
    println!("{what:<66} {before:>7} {after:>6}  {permitted}{}", if is_right { "" } else { "  <-- WRONG" });
    is_right
}

fn main() -> ExitCode {
    const SECRET: [u8; 32] = *b"a secret of thirty-two bytes: 32";
    let derived = |name| Key::derive(SECRET, Key::SESSION_COOKIES, name).expect("a secret of 32 bytes");
    println!("{:<66} {:>7} {:>6}  permitted", "bytes of key states that are not 0", "kept", "freed");
    let lines = [
        is_right("Key::new, a secret of 8 bytes", 1, || Key::new("8 bytes.")),
        is_right("Key::new, a secret of 32 bytes", 1, || Key::new(SECRET)),
        is_right("Key::new, a secret of 100 bytes", 1, || Key::new([7; 100])),
        is_right("Key::derive", 1, || derived("sid")),
        is_right("Key::derive_for_boot", 1, || {
            Key::derive_for_boot(SECRET, Key::SESSION_COOKIES, "sid", [1; 8]).expect("a secret of 32 bytes")
        }),
        is_right("Key::clone", 1, || black_box(Key::new(SECRET)).clone()),
        is_right("KeyRing of four, the next one too", 4, || {
            KeyRing::new(Key::new(SECRET), [derived("a"), derived("b")]).with_next(derived("c"))
        }),
    ];
    if lines.iter().all(|is_right| *is_right) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
