//! A panic that can be reached.

/// The byte at a place that nobody has checked.
#[unsafe(no_mangle)]
pub extern "C" fn control(bytes: &[u8; 8], place: usize) -> u8 {
    byte_at(bytes, place)
}

fn byte_at(bytes: &[u8; 8], place: usize) -> u8 {
    bytes[place]
}
