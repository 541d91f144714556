//! `cargo fuzz run set_cookie`: Set-Cookie lines of any fields, as a browser reads them.
#![no_main]

#[path = "../laws/set_cookie.rs"]
mod set_cookie;

libfuzzer_sys::fuzz_target!(|lines: &[u8]| set_cookie::law(lines));
