//! What is printed.

use core::fmt::Write;

use super::board::Host;
use super::cost::Cost;

#[derive(Default)]
pub struct Report {
    deepest: usize,
}

impl Report {
    /// Prints what a case costs.
    pub fn case(&mut self, name: &str, cost: Cost) -> Option<()> {
        self.deepest = self.deepest.max(cost.stack);
        writeln!(Host, "# {name}: {} instructions, {} bytes of stack", cost.instructions, cost.stack).ok()
    }

    /// Prints a figure that is held by `budgets.txt`.
    pub fn figure(&self, name: &str, value: impl core::fmt::Display) -> Option<()> {
        writeln!(Host, "{name} {value}").ok()
    }

    /// Prints the deepest stack of all cases.
    pub fn stack(&self, entry: &str) -> Option<()> {
        writeln!(Host, "{entry}_stack {}", self.deepest).ok()
    }

    pub fn end(&self, well: bool) {
        let _heard = writeln!(Host, "# {}", if well { "done" } else { "FAILED: the last case has another answer" });
    }
}
