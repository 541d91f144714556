//! What comes in.
#![cfg_attr(feature = "bench", expect(dead_code, reason = "no entry is given all of it"))]

/// What sessions are signed with.
pub const SECRET: [u8; 32] = [0x5a; 32];

/// Some time in 2026.
pub const NOW: i64 = 1_780_000_000_000;

/// Four cookies of others.
pub const OTHERS: &[u8] = b"theme=dark; _ga=GA1.2.1234567890.1234567890; lang=en-GB; csrftoken=Jx2Wp0rT5nQz8yVb; ";

/// A cookie that is signed with the secret, and one that is not.
pub const SIGNED: &[u8] =
    b"connect.sid=s%3AbbbrNfY2XqVt0sD7kLpW1uZxC5vA8eHg.13lgrQQmySGWob5Zq0yFEf4Ra5WogE%2BNmeAcBjCmmmI";
pub const FORGED: &[u8] =
    b"connect.sid=s%3AbbbrNfY2XqVt0sD7kLpW1uZxC5vA8eHg.13lgrQQmySGWob5Zq0yFEf4Ra5WogE%2BNmeAcBjCmmmQ";

/// An id.
pub const ID: &str = "bbbrNfY2XqVt0sD7kLpW1uZxC5vA8eHg";
