//! The board, an LM3S6965EVB: all of the firmware's `unsafe`, and nothing of what it is for.
#![expect(unsafe_code, reason = "registers, interrupts, and what is handed in through memory")]

use core::cell::{Cell, RefCell};
use core::fmt::{self, Write};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Waker;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{NVIC, Peripherals};
use cortex_m_rt::{ExceptionFrame, exception};
use critical_section::Mutex;
use embassy_executor::{Spawner, raw};
use embassy_time_queue_utils::Queue;
use static_cell::StaticCell;

/// What the processor runs at after a reset.
const HERTZ: u32 = 12_500_000;

/// A register of a device. Those below are all that there are.
#[derive(Clone, Copy)]
pub struct Register(usize);

impl Register {
    pub fn read(self) -> u32 {
        // SAFETY: it is the address of a register, and none of them can hurt memory.
        unsafe { core::ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }

    pub fn write(self, value: u32) {
        // SAFETY: as above.
        unsafe { core::ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) }
    }
}

const UART0_DATA: Register = Register(0x4000_C000);
const UART0_FLAGS: Register = Register(0x4000_C018);
const UART0_FULL: u32 = 1 << 5;

/// Which interrupts there are to deal with; written, they are dealt with.
pub const MAC_INTERRUPTS: Register = Register(0x4004_8000);
pub const MAC_INTERRUPT_MASK: Register = Register(0x4004_8004);
pub const MAC_RECEIVE_CONTROL: Register = Register(0x4004_8008);
pub const MAC_TRANSMIT_CONTROL: Register = Register(0x4004_800C);
/// Read, it is what was received; written, what is to be sent.
pub const MAC_DATA: Register = Register(0x4004_8010);
pub const MAC_ADDRESS: [Register; 2] = [Register(0x4004_8014), Register(0x4004_8018)];
/// How many frames have been received and not been read.
pub const MAC_FRAMES: Register = Register(0x4004_8034);
/// Written with 1, what was written is sent, and it reads 1 until that is done.
pub const MAC_TRANSMIT: Register = Register(0x4004_8038);

/// The interrupt of the Ethernet.
#[derive(Clone, Copy)]
struct Ethernet;

// SAFETY: its number in the LM3S6965's table of interrupts.
unsafe impl InterruptNumber for Ethernet {
    fn number(self) -> u16 {
        42
    }
}

/// What the outside hands in at boot through the first 64 bytes of RAM: see `run`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Boot {
    /// Whether there is anything: `SEED` as ASCII, the first letter in the lowest byte.
    magic: u32,
    /// Times of sessions in ms, for tests; 0: those of `sessions.rs`.
    pub idle: u32,
    pub absolute: u32,
    pub fresh: u32,
    /// 32 random bytes, other ones at each boot. A product takes them from a generator in its hardware.
    pub seed: [u8; 32],
    _rest: [u32; 4],
}

impl Boot {
    const PLACE: usize = 0x2000_0000;
    const NONE: Self = Self { magic: 0, idle: 0, absolute: 0, fresh: 0, seed: [0; 32], _rest: [0; 4] };

    /// Takes what was handed in and wipes it, so that it serves one boot; `None`: nothing was.
    pub fn take() -> Option<Self> {
        let place = core::ptr::with_exposed_provenance_mut::<Self>(Self::PLACE);
        // SAFETY: `memory.x` leaves these 64 bytes of RAM to nobody else, and every content of them is a `Boot`.
        let boot = unsafe { place.replace(Self::NONE) };
        (boot.magic == u32::from_le_bytes(*b"SEED")).then_some(boot)
    }
}

/// Starts the clock and the interrupts, and runs the tasks for ever.
pub fn run(spawn: impl FnOnce(Spawner)) -> ! {
    static EXECUTOR: StaticCell<raw::Executor> = StaticCell::new();
    if let Some(mut core) = Peripherals::take() {
        core.SYST.set_clock_source(SystClkSource::Core);
        core.SYST.set_reload(HERTZ / 1000 - 1);
        core.SYST.clear_current();
        core.SYST.enable_interrupt();
        core.SYST.enable_counter();
    }
    // SAFETY: no critical section relies on a mask of interrupts.
    unsafe { NVIC::unmask(Ethernet) };
    let executor = EXECUTOR.init(raw::Executor::new(core::ptr::null_mut()));
    spawn(executor.spawner());
    loop {
        // SAFETY: it is called from here alone.
        unsafe { executor.poll() };
        // With interrupts held back, none gets between the look and the sleep; one that waits ends the sleep.
        critical_section::with(|_| {
            if !WOKEN.swap(false, Ordering::Relaxed) {
                cortex_m::asm::wfi();
            }
        });
    }
}

/// A task is to be polled.
static WOKEN: AtomicBool = AtomicBool::new(false);

// SAFETY: it is what the executor calls under this name.
#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {
    WOKEN.store(true, Ordering::Relaxed);
}

/// Milliseconds since the boot, and who is to be woken when. In 64 bits it does not come round.
struct Clock {
    now: Mutex<Cell<u64>>,
    next: Mutex<Cell<u64>>,
    queue: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock {
    now: Mutex::new(Cell::new(0)),
    next: Mutex::new(Cell::new(u64::MAX)),
    queue: Mutex::new(RefCell::new(Queue::new())),
});

impl Clock {
    fn tick(&self) {
        critical_section::with(|token| {
            let now = self.now.borrow(token);
            now.set(now.get().wrapping_add(1));
            if now.get() >= self.next.borrow(token).get() {
                self.next.borrow(token).set(self.queue.borrow_ref_mut(token).next_expiration(now.get()));
            }
        });
    }
}

impl embassy_time_driver::Driver for Clock {
    fn now(&self) -> u64 {
        critical_section::with(|token| self.now.borrow(token).get())
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|token| {
            if self.queue.borrow_ref_mut(token).schedule_wake(at, waker) {
                let next = self.next.borrow(token);
                next.set(next.get().min(at));
            }
        });
    }
}

#[exception]
fn SysTick() {
    CLOCK.tick();
}

// SAFETY: it touches nothing that the tasks touch without a critical section.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    if number == i16::from(Ethernet.number().to_le_bytes()[0]) {
        crate::ethernet::on_interrupt();
    }
}

// SAFETY: it does not return.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    let (used, all) = stack();
    stop(format_args!("hard fault at {:#010x}, called from {:#010x}; stack {used} of {all}", frame.pc(), frame.lr()))
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    stop(format_args!("{info}"))
}

/// Says why, and does nothing any more.
pub fn stop(why: fmt::Arguments<'_>) -> ! {
    cortex_m::interrupt::disable();
    print(format_args!("PANIC {why}"));
    loop {
        cortex_m::asm::wfi();
    }
}

/// Prints a line over the serial port.
pub fn print(line: fmt::Arguments<'_>) {
    // The port does not fail.
    let _never = writeln!(Uart, "{line}\r");
}

struct Uart;

impl Write for Uart {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            while UART0_FLAGS.read() & UART0_FULL != 0 {}
            UART0_DATA.write(byte.into());
        }
        Ok(())
    }
}

/// How many bytes of the stack have been in use at most, and how many there are: the start has painted all of it.
pub fn stack() -> (usize, usize) {
    unsafe extern "C" {
        static _stack_start: u32;
        static _stack_end: u32;
    }
    let (top, end) = (&raw const _stack_start, &raw const _stack_end);
    let mut lowest = end;
    // SAFETY: it is RAM from `_stack_end` to `_stack_start`, the linker says so.
    while lowest < top && unsafe { lowest.read_volatile() } == cortex_m_rt::STACK_PAINT_VALUE {
        lowest = lowest.wrapping_add(1);
    }
    (top.addr() - lowest.addr(), top.addr() - end.addr())
}
