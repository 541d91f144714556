//! The laws that are fuzzed in `fuzz/`, on the corpus and on random input.

use proptest::prelude::*;

#[path = "../fuzz/laws/exchange.rs"]
mod exchange;
#[path = "../fuzz/laws/recommended.rs"]
mod recommended;

/// Each file of a corpus is a past finding, or shows something; its name says what.
#[test]
fn the_corpora_keep_the_laws() {
    replay("exchange", exchange::law);
    replay("recommended", recommended::law);
}

fn replay(corpus: &str, law: fn(&[u8])) {
    let mut files = 0;
    for file in std::fs::read_dir(format!("{}/fuzz/corpus/{corpus}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        law(&std::fs::read(file.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files >= 6, "{corpus}: {files} files");
}

proptest! {
    #[test]
    fn any_header_keeps_the_law(header in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "(connect\\.sid|CONNECT\\.SID|a)?[ \t;=\"%]{0,3}(s%3A|s:)?[a-z.]{0,6}[;=\" ]{0,3}(connect\\.sid=)?[ -~]{0,9}".prop_map(String::into_bytes),
    ]) {
        exchange::law(&header);
    }

    #[test]
    fn any_requests_keep_the_laws(requests in prop::collection::vec(any::<u8>(), 0..600)) {
        recommended::law(&requests);
    }
}
