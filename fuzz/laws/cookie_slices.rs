//! The laws of reading: total, one pass, and the same however the cookies are asked for.

use session_core::{Cookie, Cookies};

/// How many names are looked for, since each search reads the header again.
const NAMES: usize = 8;

/// Each line is a header of its own.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(lines: &[u8]) {
    let headers: Vec<&[u8]> = lines.split(|byte| *byte == b'\n').collect();
    let joined = headers.join(&b"; "[..]);
    let pairs: Vec<Cookie<'_>> = Cookies::new(&joined).collect();
    let spelled = |pair: &Cookie<'_>| (pair.name().to_vec(), pair.raw_value().to_vec());

    // No byte is read into two pairs, and each pair has used up a `=`: the work is linear, whatever is sent.
    let mut end = 0;
    for pair in &pairs {
        for part in [pair.name(), pair.raw_value()] {
            if part.is_empty() {
                continue;
            }
            let start = part.as_ptr().addr() - joined.as_ptr().addr();
            assert!(start >= end, "a byte was read twice");
            end = start + part.len();
            assert!(end <= joined.len());
        }
        assert!(!pair.name().contains(&b'=') && !pair.name().contains(&b';') && !pair.raw_value().contains(&b';'));
        assert!(!pair.name().starts_with(b" ") && !pair.name().ends_with(b"\t"));
    }
    assert!(pairs.len() <= joined.iter().filter(|byte| **byte == b'=').count());

    // Several headers are one.
    let apart: Vec<_> = Cookies::from_headers(&headers).map(|pair| spelled(&pair)).collect();
    assert_eq!(apart, pairs.iter().map(spelled).collect::<Vec<_>>());

    // A search finds what reading everything finds, also a name that is not there, or that none can have.
    let parts = joined.chunks(5).take(NAMES);
    let names = pairs.iter().map(Cookie::name).take(NAMES).chain([&b"sid"[..], b"", b"\0"]).chain(parts);
    for name in names {
        let expected: Vec<_> = pairs.iter().filter(|pair| pair.name() == name).map(spelled).collect();
        let found: Vec<_> = Cookies::new(&joined).find_all(name).map(|pair| spelled(&pair)).collect();
        assert_eq!(found, expected);
        assert_eq!(Cookies::new(&joined).find(name).as_ref().map(spelled).as_ref(), expected.first());
    }

    // What is left after a pair is what follows it.
    let mut left = Cookies::new(&joined);
    for taken in 1..=pairs.len().min(NAMES) {
        assert!(left.next().is_some());
        assert!(left.clone().map(|pair| spelled(&pair)).eq(pairs.iter().skip(taken).map(spelled)));
    }
}
