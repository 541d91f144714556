//! A driver for the Ethernet of the Stellaris LM3S, for embassy-net.

use core::task::Context;

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState, RxToken, TxToken};
use embassy_sync::waitqueue::AtomicWaker;

use crate::board::{
    MAC_ADDRESS, MAC_DATA, MAC_FRAMES, MAC_INTERRUPT_MASK, MAC_INTERRUPTS, MAC_RECEIVE_CONTROL, MAC_TRANSMIT,
    MAC_TRANSMIT_CONTROL,
};

/// The longest frame, with its header of 14 bytes and without its checksum.
const FRAME: usize = 1514;
const HEADER: usize = 14;
/// Frames have their length before them, in two bytes.
const LENGTH: usize = 2;
const CHECKSUM: usize = 4;
const WORD: usize = 4;

/// A frame was received, or one was sent.
const RECEIVED: u32 = 1;
const SENT: u32 = 1 << 2;
const RECEIVE: u32 = 1;
/// The hardware drops what does not fit its checksum.
const DROP_BAD: u32 = 1 << 3;
const RESET_FIFO: u32 = 1 << 4;
const TRANSMIT: u32 = 1;
/// The hardware pads short frames and adds the checksum.
const PAD: u32 = 1 << 1;
const ADD_CHECKSUM: u32 = 1 << 2;
const DUPLEX: u32 = 1 << 4;

static WAKER: AtomicWaker = AtomicWaker::new();

/// Wakes the driver.
pub fn on_interrupt() {
    MAC_INTERRUPTS.write(MAC_INTERRUPTS.read());
    WAKER.wake();
}

/// The Ethernet, with room for a frame in each direction.
pub struct Ethernet {
    received: [u8; FRAME],
    sent: [u8; FRAME],
}

impl Ethernet {
    pub const fn new() -> Self {
        Self { received: [0; FRAME], sent: [0; FRAME] }
    }

    /// Starts the hardware.
    pub fn start(&mut self) {
        MAC_INTERRUPT_MASK.write(0);
        MAC_RECEIVE_CONTROL.write(RESET_FIFO);
        MAC_RECEIVE_CONTROL.write(RECEIVE | DROP_BAD);
        MAC_TRANSMIT_CONTROL.write(TRANSMIT | PAD | ADD_CHECKSUM | DUPLEX);
        MAC_INTERRUPTS.write(MAC_INTERRUPTS.read());
        MAC_INTERRUPT_MASK.write(RECEIVED | SENT);
    }

    /// The address, which the maker of the board has set.
    pub fn address() -> [u8; 6] {
        let [low, high] = MAC_ADDRESS.map(|register| register.read().to_le_bytes());
        let ([a, b, c, d], [e, f, ..]) = (low, high);
        [a, b, c, d, e, f]
    }
}

/// Whether it is so now; if not, the task is woken when something has happened.
fn is_or_wakes(ready: impl Fn() -> bool, context: &Context<'_>) -> bool {
    // Asked again, since it may have happened before the waker was there.
    ready() || {
        WAKER.register(context.waker());
        ready()
    }
}

fn has_received() -> bool {
    MAC_FRAMES.read() != 0
}

fn can_send() -> bool {
    MAC_TRANSMIT.read() & 1 == 0
}

impl Driver for Ethernet {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Sent<'a>;

    fn receive(&mut self, context: &mut Context<'_>) -> Option<(Received<'_>, Sent<'_>)> {
        let ready = is_or_wakes(|| has_received() && can_send(), context);
        ready.then_some((Received(&mut self.received), Sent(&mut self.sent)))
    }

    fn transmit(&mut self, context: &mut Context<'_>) -> Option<Sent<'_>> {
        is_or_wakes(can_send, context).then_some(Sent(&mut self.sent))
    }

    fn link_state(&mut self, _: &mut Context<'_>) -> LinkState {
        LinkState::Up
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = FRAME;
        capabilities.max_burst_size = Some(1);
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet(Self::address())
    }
}

/// A frame that was received and is still in the hardware.
pub struct Received<'a>(&'a mut [u8; FRAME]);

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, work: F) -> R {
        // The first word is the length of all and the first two bytes of the frame.
        let [low, high, first @ ..] = MAC_DATA.read().to_le_bytes();
        let all = usize::from(u16::from_le_bytes([low, high]));
        let length = all.saturating_sub(LENGTH + CHECKSUM);
        let (start, rest) = self.0.split_at_mut(first.len());
        start.copy_from_slice(&first);
        let mut places = rest.chunks_mut(WORD);
        // To the end of the checksum, and where a frame is longer than any that can be, past what there is room for.
        for _ in 1..all.div_ceil(WORD) {
            let word = MAC_DATA.read().to_le_bytes();
            if let Some(place) = places.next() {
                place.iter_mut().zip(word).for_each(|(place, byte)| *place = byte);
            }
        }
        work(self.0.get_mut(..length).unwrap_or_default())
    }
}

/// Room for a frame that is to be sent.
pub struct Sent<'a>(&'a mut [u8; FRAME]);

impl TxToken for Sent<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, work: F) -> R {
        let frame = self.0.get_mut(..length).unwrap_or_default();
        let answer = work(frame);
        let [low, high, ..] = frame.len().saturating_sub(HEADER).to_le_bytes();
        let (first, rest) = frame.split_at(LENGTH.min(frame.len()));
        let [a, b] = first.try_into().unwrap_or_default();
        MAC_DATA.write(u32::from_le_bytes([low, high, a, b]));
        for chunk in rest.chunks(WORD) {
            let mut word = [0; WORD];
            word.iter_mut().zip(chunk).for_each(|(place, byte)| *place = *byte);
            MAC_DATA.write(u32::from_le_bytes(word));
        }
        MAC_TRANSMIT.write(1);
        answer
    }
}
