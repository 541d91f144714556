//! The measuring: all cases in turn, in many short rounds, of which the shortest counts.

use std::time::{Duration, Instant};

use paths::Call;

use crate::count::allocations;

/// How long a case runs in one round: short, so that some rounds are not interrupted, and long for the clock.
const ROUND: Duration = Duration::from_micros(40);

/// A call, and what was measured of it.
pub struct Case {
    /// What is measured.
    pub call: Call,
    /// How often in a round.
    repeat: u32,
    /// The shortest time so far, in ns.
    pub nanoseconds: f64,
    /// How often one operation asks for memory.
    pub allocations: u64,
}

impl From<Call> for Case {
    fn from(call: Call) -> Self {
        Self { call, repeat: 1, nanoseconds: f64::INFINITY, allocations: 0 }
    }
}

impl Case {
    /// Finds out how often it fits into a round, and what it allocates once it has run for a while.
    fn prepare(&mut self) {
        // The first time takes longer, and so does one that is interrupted.
        while (0..5).map(|_| self.time()).min().is_some_and(|time| time < ROUND) && self.repeat < 1 << 20 {
            self.repeat *= 2;
        }
        self.allocations = allocations(|| self.call.run(1));
    }

    fn time(&mut self) -> Duration {
        let start = Instant::now();
        self.call.run(self.repeat);
        start.elapsed()
    }

    fn round(&mut self) {
        let each = self.time().as_nanos() as f64 / f64::from(self.repeat);
        self.nanoseconds = self.nanoseconds.min(each);
    }
}

/// Runs all cases once in every round; between two rounds `between` has its turn.
pub fn interleave(cases: &mut [Case], rounds: u32, mut between: impl FnMut()) {
    cases.iter_mut().for_each(Case::prepare);
    for _ in 0..rounds {
        cases.iter_mut().for_each(Case::round);
        between();
    }
}
