//! The laws that are fuzzed in `fuzz/`, on the corpora and on random input.

use proptest::prelude::*;

#[cfg(all(feature = "testing", feature = "serde", feature = "std"))]
use crate::vectors::oracle as answer;

#[cfg(feature = "testing")]
#[path = "../fuzz/laws/cookie_header.rs"]
mod cookie_header;
#[cfg(feature = "testing")]
#[path = "../fuzz/laws/cookie_slices.rs"]
mod cookie_slices;
#[path = "../fuzz/laws/exchange.rs"]
mod exchange;
#[cfg(feature = "testing")]
#[path = "../fuzz/laws/generated.rs"]
mod generated;
#[cfg(all(feature = "testing", feature = "serde", feature = "std"))]
#[path = "../fuzz/laws/oracle.rs"]
mod oracle;
#[cfg(feature = "testing")]
#[path = "../fuzz/laws/percent.rs"]
mod percent;
#[path = "../fuzz/laws/recommended.rs"]
mod recommended;
#[cfg(all(feature = "alloc", feature = "serde"))]
#[path = "../fuzz/laws/record.rs"]
mod record;
#[cfg(feature = "testing")]
#[path = "../fuzz/laws/round_trip.rs"]
mod round_trip;
#[cfg(feature = "testing")]
#[path = "../fuzz/laws/set_cookie.rs"]
mod set_cookie;
#[path = "../fuzz/laws/signature.rs"]
mod signature;

type Law = fn(&[u8]);

/// Every target that these features can run, by the name of its file and of its corpus.
const LAWS: &[(&str, Law)] = &[
    #[cfg(feature = "testing")]
    ("cookie_header", cookie_header::law),
    #[cfg(feature = "testing")]
    ("cookie_slices", cookie_slices::law),
    ("exchange", exchange::law),
    #[cfg(feature = "testing")]
    ("generated", generated::law),
    #[cfg(all(feature = "testing", feature = "serde", feature = "std"))]
    ("oracle", oracle::law),
    #[cfg(feature = "testing")]
    ("percent", percent::law),
    ("recommended", recommended::law),
    #[cfg(all(feature = "alloc", feature = "serde"))]
    ("record", record::law),
    #[cfg(feature = "testing")]
    ("round_trip", round_trip::law),
    #[cfg(feature = "testing")]
    ("set_cookie", set_cookie::law),
    ("signature", signature::law),
];

/// Each file of a corpus is a past finding, or shows something; its name says what.
#[test]
fn the_corpora_keep_the_laws() {
    for (target, law) in LAWS {
        let mut files = 0;
        for file in std::fs::read_dir(format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let file = file.unwrap().path();
            // Shown if the law is broken: the last one is it.
            println!("{}", file.display());
            law(&std::fs::read(file).unwrap());
            files += 1;
        }
        assert!(files >= 6, "{target}: {files} files");
    }
}

#[cfg(all(feature = "testing", feature = "serde", feature = "std"))]
#[test]
fn every_target_is_run_here() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/fuzz_targets")).unwrap();
    let stem = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().path().file_stem().unwrap().to_owned();
    let mut targets: Vec<_> = files.map(stem).collect();
    targets.sort();
    assert!(targets.iter().eq(LAWS.iter().map(|(target, _)| *target)), "{targets:?}");
}

/// Text made of what means something to one law or another, and of bytes that mean nothing.
fn telling() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "=",
        ";",
        "; ",
        "\"",
        "\\",
        ",",
        " ",
        "\t",
        "\n",
        "%",
        "%41",
        "%C3%A9",
        "%FF",
        "sid",
        "connect.sid",
        "s:",
        "a",
        "__Host-",
        "1",
        "0",
        "-1",
        "1e21",
        "é",
        "\u{2000}",
        "\u{A0}",
        "\0",
        "\r",
        ".",
        "/",
        "{",
        "}",
        "[",
        "]",
        ":",
        "null",
        "true",
        "\"cookie\":{}",
        "\"cookie\":{\"originalMaxAge\":null,\"expires\":null,\"httpOnly\":true,\"path\":\"/\"}",
        "\"a\":",
        "\"10\":",
        "\"9\":1",
        "{\"op\":\"parse\",\"header\":\"",
        "\"}",
        "\"op\":",
        "hs",
        "example.com",
    ]);
    let piece = prop_oneof![
        8 => pieces.prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_input_keeps_the_laws(input in prop_oneof![telling(), prop::collection::vec(any::<u8>(), 0..300)]) {
        for (_, law) in LAWS {
            law(&input);
        }
    }

    #[test]
    fn any_header_keeps_the_law(
        header in "(connect\\.sid|CONNECT\\.SID|a)?[ \t;=\"%]{0,3}(s%3A|s:)?[a-z.]{0,6}[;=\" ]{0,3}(connect\\.sid=)?[ -~]{0,9}",
    ) {
        exchange::law(header.as_bytes());
    }

    #[test]
    fn any_requests_keep_the_laws(requests in prop::collection::vec(any::<u8>(), 0..600)) {
        recommended::law(&requests);
    }
}

#[cfg(feature = "testing")]
proptest! {
    #[test]
    fn attacks_keep_the_laws_of_the_header(decisions in prop::collection::vec(any::<u8>(), 0..80)) {
        use session_core::testing::{Bytes, Case, Header, Strength};
        let case = Case::generate(Header::Cookie, Strength::Attack, &mut Bytes::new(&decisions));
        for (_, law) in LAWS.iter().filter(|(target, _)| target.starts_with("cookie") || *target == "exchange") {
            law(case.header());
        }
    }
}
