//! The generated headers are what they say, and the reference reads what npm cookie reads.

use session_core::testing::{Bytes, Case, Choices, Header, Mutator, Pair, Rule, Seed, Strength, reference};

const SEEDS: core::ops::Range<u64> = 0..20_000;
const KINDS: [Header; 2] = [Header::Cookie, Header::SetCookie];

fn cases(strength: Strength) -> impl Iterator<Item = Case> {
    let both = move |seed| KINDS.map(|kind| Case::generate(kind, strength, &mut Seed::new(seed)));
    SEEDS.flat_map(both)
}

#[test]
fn well_formed_headers_are_inside_the_grammar_and_read_alike_by_all() {
    for case in cases(Strength::WellFormed) {
        assert_eq!(reference::check(case.kind(), case.header()), Ok(()), "{case:?}");
        assert!(case.rule().is_none() && case.mutators().is_empty());
        match case.kind() {
            Header::Cookie => {
                let unquoted = |(name, value): &Pair| match &value[..] {
                    [b'"', value @ .., b'"'] => (name.clone(), value.to_vec()),
                    value => (name.clone(), value.to_vec()),
                };
                let expected: Vec<_> = case.pairs().iter().map(unquoted).collect();
                assert_eq!(reference::raw_cookies(case.header()), expected, "{case:?}");
            }
            Header::SetCookie => {
                let stored = reference::stored(case.header()).unwrap();
                assert_eq!([(stored.name().to_vec(), stored.value().to_vec())], case.pairs(), "{case:?}");
            }
        }
    }
}

/// RFC 6265bis, 5.6 and 5.7: what a browser does not keep at all.
#[test]
fn the_reference_ignores_what_a_browser_ignores() {
    for ignored in [&b""[..], b"=", b" = ; Path=/", b"a=\x01b", b"a=b; Path=/\x7f", b"a=b\n"] {
        assert!(reference::stored(ignored).is_none(), "{}", ignored.escape_ascii());
    }
    let stored = reference::stored(b"a=\tb ; Path=/; Secure").unwrap();
    assert_eq!(format!("{stored:?}"), r#"Stored(b"a=b"; Path=/; Secure=)"#);
    assert_eq!(reference::stored(b"b").unwrap().sent(), b"b");
}

#[test]
fn near_misses_break_the_rule_that_they_name() {
    let mut seen: Vec<(bool, Rule, usize)> = Vec::new();
    for case in cases(Strength::NearMiss) {
        let rule = case.rule().unwrap();
        assert_eq!(reference::check(case.kind(), case.header()), Err(rule), "{case:?}");
        assert!(format!("{case:?}").contains(&format!("{rule:?}")), "{case:?}");
        let key = (case.kind() == Header::Cookie, rule);
        match seen.iter_mut().find(|(kind, rule, _)| (*kind, *rule) == key) {
            Some((.., times)) => *times += 1,
            None => seen.push((key.0, key.1, 1)),
        }
    }
    // Of a `Cookie` 8 rules can be broken, of a `Set-Cookie` 11, and none is rare.
    assert_eq!(seen.len(), 19, "{seen:?}");
    assert!(seen.iter().all(|(.., times)| *times > 1000), "{seen:?}");
}

#[test]
fn attacks_name_what_was_done() {
    let mut times = [0; Mutator::ALL.len()];
    let (mut outside, mut all) = (0, 0);
    for case in cases(Strength::Attack) {
        assert!((1..=3).contains(&case.mutators().len()));
        for mutator in case.mutators() {
            times[Mutator::ALL.iter().position(|other| other == mutator).unwrap()] += 1;
        }
        all += 1;
        outside += u32::from(reference::check(case.kind(), case.header()).is_err());
    }
    assert!(times.iter().all(|times| *times > 3000), "{times:?}");
    // A duplicate, or an encoded name, breaks no rule of the grammar.
    assert!(outside * 2 > all && outside < all, "{outside} of {all}");
}

#[test]
fn each_mutator_does_what_it_is_called_for() {
    fn contains(header: &[u8], text: &[u8]) -> bool {
        header.windows(text.len()).any(|window| window == text)
    }
    let before = b"sid=\"1\"; __Host-b=2";
    for mutator in Mutator::ALL {
        for seed in 0..200 {
            let mut header = before.to_vec();
            mutator.apply(&mut header, &mut Seed::new(seed));
            assert_ne!(header, before, "{mutator:?}, seed {seed}");
            let raw = reference::raw_cookies(&header);
            let has = |name: &[u8]| raw.iter().filter(|(other, _)| other == name).count();
            let done = match mutator {
                Mutator::EncodedName => has(b"sid") + has(b"__Host-b") == 1 && contains(&header, b"%"),
                Mutator::UnicodeSpace => has(b"sid") + has(b"__Host-b") == 1 && !header.is_ascii(),
                Mutator::Control | Mutator::Fold => header.iter().any(u8::is_ascii_control),
                Mutator::Quotes => header.iter().filter(|byte| **byte == b'"').count() != 2,
                Mutator::Backslash => contains(&header, b"\\"),
                Mutator::LegacyAttribute => contains(&header, b"$"),
                Mutator::Sandwich => contains(&header, b"; ") && header.contains(&b'"') && header.len() > before.len(),
                Mutator::Nameless => has(b"") == 1,
                Mutator::NoEquals => {
                    header.split(|byte| *byte == b';').any(|piece| !piece.contains(&b'=')) && raw.len() == 2
                }
                Mutator::Duplicate | Mutator::Tossed => has(b"sid").max(has(b"__Host-b")) == 2,
                Mutator::Comma => contains(&header, b", "),
                Mutator::NotUtf8 => core::str::from_utf8(&header).is_err(),
                Mutator::Length => raw.iter().any(|(name, value)| (4092..=4097).contains(&(name.len() + value.len()))),
                Mutator::FoldedPrefix => raw.iter().any(|(name, _)| {
                    name.to_ascii_lowercase().starts_with(b"__h") && !name.starts_with(b"__Host-b")
                        || name.to_ascii_lowercase().starts_with(b"__s")
                }),
                Mutator::Escape => contains(&header, b"%"),
                Mutator::Blanks => {
                    reference::check(Header::Cookie, &header).is_err()
                        || contains(&header, b" =")
                        || contains(&header, b"\t=")
                }
                // Say what a new one is to do.
                _ => false,
            };
            assert!(done, "{mutator:?}, seed {seed}: {}", header.escape_ascii());
        }
    }
}

/// A seed that somebody has written down finds its case again; a change here belongs into CHANGELOG.md.
#[test]
fn a_seed_makes_its_case_for_ever() {
    let sum = |strength| {
        let mut sum = 0xCBF2_9CE4_8422_2325_u64;
        for case in cases(strength).take(1000) {
            // FNV-1a.
            for byte in case.header() {
                sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
            }
        }
        sum
    };
    assert_eq!(
        [Strength::WellFormed, Strength::NearMiss, Strength::Attack].map(sum),
        [7621995301251639740, 14267927959252910370, 4538742211737360405]
    );
}

#[test]
fn fewer_and_smaller_bytes_make_plainer_cases() {
    for strength in [Strength::WellFormed, Strength::NearMiss, Strength::Attack] {
        let plainest = Case::generate(Header::Cookie, strength, &mut Bytes::new(&[]));
        assert_eq!(plainest, Case::generate(Header::Cookie, strength, &mut Bytes::new(&[0; 100])));
        assert!(plainest.header().len() <= 6, "{plainest:?}");
    }
    let mut bytes = Bytes::new(&[255, 1, 2]);
    assert_eq!((bytes.below(1), bytes.below(256), bytes.below(257), bytes.below(257)), (0, 255, 1, 0));
}

/// Against the answers of the package itself.
#[test]
fn the_reference_reads_what_npm_cookie_reads() {
    let rows = include_str!("vectors/parse.jsonl").lines().skip(1);
    let mut checked = 0;
    for row in rows {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        // The others are no requests.
        let Some(pairs) = row["reply"]["ok"].as_array() else { continue };
        let header = bytes_of(&row["request"]["header"], &row["request"]["header_hex"]);
        let text = |value: &serde_json::Value| bytes_of(value, &value["hex"]);
        let expected: Vec<Pair> = pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
        assert_eq!(reference::first_of_each(&reference::cookies(&header)), expected, "{row}");
        checked += 1;
    }
    assert_eq!(checked, 449);
}

fn bytes_of(text: &serde_json::Value, hex: &serde_json::Value) -> Vec<u8> {
    if let Some(text) = text.as_str() {
        return text.into();
    }
    let digits = hex.as_str().unwrap();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[cfg(feature = "arbitrary")]
#[test]
fn arbitrary_makes_the_cases_of_its_bytes() {
    use arbitrary::{Arbitrary, Unstructured};
    assert_eq!(Unstructured::new(&[44, 1]).below(1000), 300, "two bytes where one is too few");
    let mut kinds = std::collections::HashSet::new();
    for first in 0..=255 {
        let bytes = [first, first / 2, 3, 4, 5, 6, 7];
        let case = Case::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
        assert_eq!(case, Case::arbitrary_take_rest(Unstructured::new(&bytes)).unwrap());
        kinds.insert((case.kind() == Header::Cookie, format!("{:?}", case.strength())));
    }
    assert_eq!(kinds.len(), 6);
}

#[cfg(feature = "proptest")]
#[test]
fn proptest_shrinks_to_the_plainest_case() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestError, TestRunner};
    // Whoever takes `%` in a name for a fault is shown the shortest header that has one.
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let cases = session_core::testing::cases(Header::Cookie, Strength::Attack);
    let found = runner.run(&cases, |case| {
        let is_encoded = |(name, _): &Pair| name.contains(&b'%');
        prop_assert!(!reference::cookies(case.header()).iter().any(is_encoded));
        Ok(())
    });
    assert!(
        matches!(&found, Err(TestError::Fail(_, case))
            if case.mutators() == [Mutator::EncodedName] && case.pairs().len() == 1),
        "{found:?}"
    );
    proptest!(|(case in any::<Case>())| prop_assert!(case.header().len() < 16_000));
}
