//! How it is measured: all in turn, the shortest of many rounds, and an allocator that counts.

mod count;
mod runner;

pub use count::{allocations, held};
pub use runner::{Case, interleave};
