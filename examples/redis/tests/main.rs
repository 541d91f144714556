//! The store on real servers, which the tests start themselves: a single one, and a cluster of three.

mod conformance;
mod support;
