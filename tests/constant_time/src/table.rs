//! The table of what was run, how many reports there were, and how many are permitted.

use std::hint::black_box;

use crate::memcheck;

/// How many reports there are to be.
#[derive(Clone, Copy)]
pub enum Permitted {
    /// This number, and no other.
    Exactly(u64),
    /// What a compiler may leave out.
    AtMost(u64),
    /// Of a leak: this number or more.
    AtLeast(u64),
}

/// What has been looked at so far.
#[derive(Default)]
pub struct Table {
    faults: u32,
}

impl Table {
    /// Runs a piece of code and compares the number of reports.
    #[inline(never)]
    pub fn check<T>(&mut self, what: &str, permitted: Permitted, run: impl FnOnce() -> T) -> T {
        let before = memcheck::reports();
        let result = black_box(run());
        let reports = memcheck::reports() - before;
        let (is_right, permitted) = match permitted {
            Permitted::Exactly(number) => (reports == number, number.to_string()),
            Permitted::AtMost(number) => (reports <= number, format!("{number} or none")),
            Permitted::AtLeast(number) => (reports >= number, format!("{number} or more")),
        };
        self.line(what, reports, &permitted, is_right);
        result
    }

    /// Makes sure that a result holds a secret: else the lines about it would prove nothing.
    pub fn is_secret<T: ?Sized>(&mut self, what: &str, value: &T, bytes: usize) {
        let found = memcheck::secret_bytes(value);
        if found < bytes {
            self.line(&format!("{what}: secret bytes"), found as u64, &format!("{bytes} or more"), false);
        }
    }

    /// How many lines were wrong.
    pub fn faults(&self) -> u32 {
        self.faults
    }

    fn line(&mut self, what: &str, reports: u64, permitted: &str, is_right: bool) {
        self.faults += u32::from(!is_right);
        println!("{what:<86} {reports:>7}  {permitted}{}", if is_right { "" } else { "  <-- WRONG" });
    }
}
