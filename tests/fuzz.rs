//! The laws that are fuzzed in `fuzz/`, on the corpus and on random input.

use proptest::prelude::*;

#[path = "../fuzz/laws/exchange.rs"]
mod exchange;

/// Each file of the corpus is a past finding, or shows something; its name says what.
#[test]
fn the_corpus_keeps_the_law() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/exchange");
    let mut files = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        exchange::law(&std::fs::read(file.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files >= 6, "{files} files");
}

proptest! {
    #[test]
    fn any_header_keeps_the_law(header in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "(connect\\.sid|CONNECT\\.SID|a)?[ \t;=\"%]{0,3}(s%3A|s:)?[a-z.]{0,6}[;=\" ]{0,3}(connect\\.sid=)?[ -~]{0,9}".prop_map(String::into_bytes),
    ]) {
        exchange::law(&header);
    }
}
