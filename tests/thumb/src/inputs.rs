//! Every public function that what comes from outside is given to, and what is done with its answers.
//!
//! They are linked together, from the archive's symbols that begin with `input_`. JSON is in `json.rs`: a feature of its own.

#[cfg(feature = "json")]
mod json;
#[cfg(feature = "inputs")]
mod keys;
#[cfg(feature = "inputs")]
mod presets;
#[cfg(feature = "inputs")]
mod store;
#[cfg(feature = "inputs")]
mod text;

use core::fmt;

/// Takes in what is written, so that none of it is left out.
#[derive(Default)]
pub struct Sink(u32);

impl Sink {
    pub fn take(&mut self, bytes: impl IntoIterator<Item = u8>) {
        for byte in bytes {
            self.0 = self.0.rotate_left(5) ^ u32::from(byte);
        }
    }

    pub fn show(&mut self, what: impl fmt::Display) {
        // It takes in anything; an error would be one of what is shown.
        let _done = fmt::Write::write_fmt(self, format_args!("{what}"));
    }
}

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.take(text.bytes());
        Ok(())
    }
}
