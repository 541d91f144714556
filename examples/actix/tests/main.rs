//! The adapter and its program, on real sockets and on a `redis-server` that each test starts itself.

mod away;
mod cut_short;
mod lost;
mod presets;
mod routes;
mod support;
