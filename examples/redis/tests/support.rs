//! What the tests are written with.

pub(crate) mod servers;

pub(crate) use servers::{Cluster, Server};
