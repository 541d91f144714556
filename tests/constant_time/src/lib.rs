//! What the two programs share: secrets that valgrind follows, and code that leaks on purpose.

pub mod leaky;
pub mod memcheck;
pub mod table;
