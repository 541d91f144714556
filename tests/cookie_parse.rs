//! The `Cookie` header: against npm cookie 0.7.2 `parse`, followed step by step in plain Rust.

use proptest::prelude::*;
use session_core::{BufferTooShort, Cookies};

/// A name and a value.
type Pair = (Vec<u8>, Vec<u8>);

/// What `parse` assigns, in order and with all assignments to one name, on a string of latin1 characters.
fn model(header: &[u8]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let len = header.len();
    if len < 2 {
        return pairs;
    }
    let at = |index: usize| header.get(index).copied();
    let index_of = |byte, from: usize| (from..len).find(|index| at(*index) == Some(byte));
    let is_blank = |index| matches!(at(index), Some(b' ' | b'\t'));
    let mut index = 0;
    while index < len {
        let Some(equals) = index_of(b'=', index) else { break };
        let mut end = len;
        if let Some(semicolon) = index_of(b';', index) {
            if equals > semicolon {
                index = (0..equals).rfind(|index| at(*index) == Some(b';')).map_or(0, |last| last + 1);
                continue;
            }
            end = semicolon;
        }
        let trim = |from: usize, to: usize| {
            let start = (from..to).find(|index| !is_blank(*index)).unwrap_or(to);
            let end = (start..to).rfind(|index| !is_blank(*index)).map_or(start, |last| last + 1);
            (start, end)
        };
        let (name_start, name_end) = trim(index, equals);
        let (mut start, mut stop) = trim(equals + 1, end);
        if at(start) == Some(b'"') && at(stop.wrapping_sub(1)) == Some(b'"') {
            start += 1;
            stop -= 1;
        }
        let name = header.get(name_start..name_end).unwrap_or_default();
        let value = header.get(start..stop).unwrap_or_default();
        pairs.push((name.to_vec(), value.to_vec()));
        index = end + 1;
    }
    pairs
}

/// `decodeURIComponent` on bytes, or the bytes as they are: each run of escapes is UTF-8 or nothing is decoded.
fn model_decode(value: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut run = Vec::new();
    let mut rest = value;
    loop {
        match *rest {
            [b'%', high, low, ref behind @ ..] => {
                let digits = [high, low];
                let Some(byte) = core::str::from_utf8(&digits)
                    .ok()
                    .filter(|digits| !digits.starts_with('+'))
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                else {
                    return value.to_vec();
                };
                run.push(byte);
                rest = behind;
            }
            [b'%', ..] => return value.to_vec(),
            _ => {
                if core::str::from_utf8(&run).is_err() {
                    return value.to_vec();
                }
                decoded.append(&mut run);
                let Some((byte, behind)) = rest.split_first() else { return decoded };
                decoded.push(*byte);
                rest = behind;
            }
        }
    }
}

fn pairs<'h>(cookies: impl Iterator<Item = session_core::Cookie<'h>>) -> Vec<Pair> {
    cookies.map(|cookie| (cookie.name().to_vec(), cookie.raw_value().to_vec())).collect()
}

fn with_name(name: &[u8], pairs: &[Pair]) -> Vec<Pair> {
    pairs.iter().filter(|(other, _)| other == name).cloned().collect()
}

fn first_of_each(pairs: &[Pair]) -> Vec<Pair> {
    let is_first = |place: usize, name: &[u8]| pairs.iter().take(place).all(|(other, _)| other != name);
    pairs.iter().enumerate().filter(|(place, (name, _))| is_first(*place, name)).map(|(_, pair)| pair.clone()).collect()
}

/// Parts of headers that tell implementations apart, and any bytes.
fn any_header() -> impl Strategy<Value = Vec<u8>> {
    let telling = proptest::sample::select(vec![
        ";",
        "=",
        " ",
        "\t",
        "\"",
        "%",
        "; ",
        "sid",
        "sid=",
        "si",
        "id",
        "s",
        "d",
        "x=y",
        "foo; ",
        "%41",
        "%C3%A9",
        "%c3",
        "%A9",
        "%ED%A0%80",
        "%F0%9F%98%80",
        "%F4%90%80%80",
        "%C0%80",
        "%0",
        "%zz",
        "%+1",
        "\r\n",
        "\0",
        "abcdefghijklmnopqrstuvwxyz012345",
    ])
    .prop_map(|text| text.as_bytes().to_vec());
    let part = prop_oneof![9 => telling, 1 => any::<u8>().prop_map(|byte| vec![byte])];
    proptest::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn any_name() -> impl Strategy<Value = Vec<u8>> {
    let telling =
        proptest::sample::select(vec!["sid", "s", "sids", "x", "", " sid", "sid ", "=", "sid=", "foo; sid", "a b"]);
    prop_oneof![8 => telling.prop_map(|name| name.as_bytes().to_vec()), 1 => proptest::collection::vec(any::<u8>(), 0..4)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn reads_the_pairs_that_parse_reads(header in any_header()) {
        prop_assert_eq!(pairs(Cookies::new(&header)), model(&header));
    }

    #[test]
    fn reads_several_headers_as_if_joined(headers in proptest::collection::vec(any_header(), 0..4)) {
        let borrowed: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();
        let joined = headers.join(&b"; "[..]);
        prop_assert_eq!(pairs(Cookies::from_headers(&borrowed)), model(&joined));
        let found = pairs(Cookies::from_headers(&borrowed).find_all(b"sid"));
        prop_assert_eq!(found, with_name(b"sid", &model(&joined)));
    }

    #[test]
    fn finds_what_reading_everything_finds(header in any_header(), name in any_name()) {
        let expected = with_name(&name, &model(&header));
        let first = Cookies::new(&header).find(&name).map(|cookie| cookie.raw_value().to_vec());
        prop_assert_eq!(first.as_ref(), expected.first().map(|(_, value)| value));
        prop_assert_eq!(pairs(Cookies::new(&header).find_all(&name)), expected);
    }

    #[test]
    fn finds_in_what_is_left(header in any_header(), taken in 0_usize..4) {
        let mut cookies = Cookies::new(&header);
        let _ = cookies.by_ref().take(taken).count();
        let left: Vec<Pair> = model(&header).into_iter().skip(taken).collect();
        prop_assert_eq!(pairs(cookies.find_all(b"sid")), with_name(b"sid", &left));
    }

    #[test]
    fn first_of_each_keeps_what_parse_keeps(header in any_header()) {
        prop_assert_eq!(pairs(Cookies::new(&header).first_of_each()), first_of_each(&model(&header)));
        let twice = Cookies::from_headers(&[&header, &header]).first_of_each().count();
        prop_assert_eq!(twice, first_of_each(&model(&[&header[..], &header].join(&b"; "[..]))).len());
    }

    #[test]
    fn decodes_values_as_parse_does(header in any_header()) {
        for cookie in Cookies::new(&header) {
            let (raw, value) = (cookie.raw_value(), cookie.value());
            let expected = model_decode(raw);
            prop_assert!(value.bytes().eq(expected.iter().copied()));

            let mut buffer = vec![0; expected.len()];
            prop_assert_eq!(value.copy_to(&mut buffer), Ok(&expected[..]));
            if let Some((_, shorter)) = buffer.split_first_mut() {
                prop_assert_eq!(value.copy_to(shorter).map_err(|error| error.needed()), Err(expected.len()));
            }
        }
    }

    #[test]
    fn maps_raw_bytes_to_the_characters_that_node_sees(header in any_header()) {
        for cookie in Cookies::new(&header) {
            let raw = cookie.raw_value();
            // The bytes of a header as Node's characters; what is escaped is decoded among them.
            let text: String = raw.iter().copied().map(char::from).collect();
            let expected = model_decode(text.as_bytes());
            let mut buffer = vec![0; expected.len()];
            prop_assert_eq!(cookie.value().latin1_to(&mut buffer).map(str::as_bytes), Ok(&expected[..]));
            if let Some((_, shorter)) = buffer.split_first_mut() {
                prop_assert_eq!(cookie.value().latin1_to(shorter).map_err(|error| error.needed()), Err(expected.len()));
            }
        }
    }
}

/// Every header of up to 7 of these bytes; of up to 6 in a debug build, which takes ten times as long.
#[test]
fn all_short_headers_are_read_as_parse_reads_them() {
    const BYTES: [u8; 9] = *b";= \t\"si%2";
    let longest = if cfg!(debug_assertions) { 6 } else { 7 };
    let mut header = Vec::new();
    let mut headers = 0_u32;
    loop {
        headers += 1;
        let expected = model(&header);
        assert_eq!(pairs(Cookies::new(&header)), expected, "{}", header.escape_ascii());
        for name in [&b"s"[..], b"si", b"", b"s i", b" s", b"i=", b"%2"] {
            let found = pairs(Cookies::new(&header).find_all(name));
            assert_eq!(found, with_name(name, &expected), "{} in {}", name.escape_ascii(), header.escape_ascii());
        }
        let firsts = pairs(Cookies::new(&header).first_of_each());
        assert_eq!(firsts, first_of_each(&expected), "{}", header.escape_ascii());
        if !count_up(&mut header, &BYTES, longest) {
            break;
        }
    }
    assert_eq!(headers, (0..=u32::try_from(longest).unwrap_or_default()).map(|length| 9_u32.pow(length)).sum::<u32>());
}

/// The next text of these letters, by length and then by alphabet.
fn count_up(text: &mut Vec<u8>, letters: &[u8], longest: usize) -> bool {
    for byte in text.iter_mut() {
        let next = letters.iter().skip_while(|letter| *letter != byte).nth(1);
        if let Some(next) = next {
            *byte = *next;
            return true;
        }
        *byte = letters.first().copied().unwrap_or_default();
    }
    text.push(letters.first().copied().unwrap_or_default());
    text.len() <= longest
}

/// The name at every distance from the ends and from the chunks that the search reads.
#[test]
fn finds_a_name_at_every_place() {
    for before in 0..100 {
        for behind in 0..70 {
            let header = format!("{}=sid;sid=1;{}=2", "s".repeat(before), "d".repeat(behind));
            let cookie = Cookies::new(header.as_bytes()).find(b"sid");
            assert_eq!(cookie.map(|cookie| cookie.raw_value()), Some(&b"1"[..]), "{header}");
            let header = header.replace("sid=1", "sit=1").replace(";d", ";e");
            assert!(Cookies::new(header.as_bytes()).find(b"sid").is_none(), "{header}");
        }
    }
}

/// Nothing is found under a name that no cookie can have, though the very bytes are there.
#[test]
fn a_name_that_cannot_be_is_not_found() {
    for (header, name) in [
        ("a=b=c", "a=b"),
        ("x=1;a;b=1", "a;b"),
        ("x=1; a=1", " a"),
        ("x=1;a =1", "a "),
        ("x=1;\ta\t=1", "\ta\t"),
        ("=1", ""),
    ] {
        let (cookies, name) = (Cookies::new(header.as_bytes()), name.as_bytes());
        let expected = cookies.clone().filter(|cookie| cookie.name() == name).last().map(|cookie| cookie.raw_value());
        assert_eq!(expected.is_some(), name.is_empty(), "{header}");
        assert_eq!(cookies.find(name).map(|cookie| cookie.raw_value()), expected, "{header}");
        assert_eq!(cookies.find_all(name).count(), usize::from(name.is_empty()), "{header}");
    }
}

/// A search looks at the ends of a name first, and they are not all of it.
#[test]
fn names_with_the_same_ends_are_told_apart() {
    let cookies = Cookies::new(b"sad=1; s-d=2; sid=3; snd=4");
    let values = |name: &str| cookies.find_all(name.as_bytes()).map(|cookie| cookie.raw_value()).collect::<Vec<_>>();
    assert_eq!(values("sid"), [b"3"]);
    assert_eq!(values("snd"), [b"4"]);
    assert!(values("sod").is_empty());
    assert_eq!(cookies.find(b"sid").map(|cookie| cookie.name()), Some(b"sid".as_slice()));
}

#[test]
fn cases_of_parse() {
    let cases: [(&str, &[(&str, &str)]); 25] = [
        ("", &[]),
        ("=", &[]),
        ("a", &[]),
        ("==", &[("", "=")]),
        ("=;", &[("", "")]),
        (" = ", &[("", "")]),
        ("=a", &[("", "a")]),
        ("a=", &[("a", "")]),
        ("a=1;", &[("a", "1")]),
        ("a=1; ", &[("a", "1")]),
        ("a=1;;b=2", &[("a", "1"), ("b", "2")]),
        ("foo;foo=baz", &[("foo", "baz")]),
        ("foo=;foo=x", &[("foo", ""), ("foo", "x")]),
        ("a; b; c=1; d", &[("c", "1")]),
        ("a=x sid=1", &[("a", "x sid=1")]),
        ("a; b sid=1", &[("b sid", "1")]),
        ("sid =1", &[("sid", "1")]),
        ("sid= ;", &[("sid", "")]),
        ("a=\"b;c\"", &[("a", "\"b")]),
        ("a=\"\"b\"\"", &[("a", "\"b\"")]),
        ("a=\"", &[("a", "")]),
        ("a= \" b \" ", &[("a", " b ")]),
        ("a=b=c,d=e", &[("a", "b=c,d=e")]),
        ("\u{b}a\r=\n1", &[("\u{b}a\r", "\n1")]),
        ("__proto__=x; A=1; a=2", &[("__proto__", "x"), ("A", "1"), ("a", "2")]),
    ];
    for (header, expected) in cases {
        let expected: Vec<Pair> = expected.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        assert_eq!(pairs(Cookies::new(header.as_bytes())), expected, "{header:?}");
        assert_eq!(model(header.as_bytes()), expected, "{header:?}");
    }
}

#[test]
fn several_headers_are_never_too_short() {
    assert_eq!(Cookies::from_headers(&[]).count() + Cookies::from_headers(&[b"="]).count(), 0);
    assert_eq!(Cookies::from_headers(&[b"=", b""]).count(), 1);
    assert_eq!(Cookies::from_headers(&[b"=", b"="]).count(), 2);
}

#[test]
fn cases_of_decode_uri_component() -> Result<(), BufferTooShort> {
    let cases: [(&[u8], &[u8]); 19] = [
        (b"s%3Aabc.d%2Fe%2bf", b"s:abc.d/e+f"),
        (b"a+b", b"a+b"),
        (b"%25", b"%"),
        (b"%2525", b"%25"),
        (b"%00", b"\0"),
        (b"%EF%BB%BF", b"\xEF\xBB\xBF"),
        (b"%F4%8F%BF%BF", b"\xF4\x8F\xBF\xBF"),
        // Cut off, or no hexadecimal digits.
        (b"%41%", b"%41%"),
        (b"%41%4", b"%41%4"),
        (b"%41%4g", b"%41%4g"),
        // Not UTF-8: a lone tail, a cut character, too long a spelling, a surrogate, beyond the last character.
        (b"%41%A9", b"%41%A9"),
        (b"%41%C3", b"%41%C3"),
        (b"%41%C1%81", b"%41%C1%81"),
        (b"%41%E0%80%80", b"%41%E0%80%80"),
        (b"%41%ED%A0%80", b"%41%ED%A0%80"),
        (b"%41%F4%90%80%80", b"%41%F4%90%80%80"),
        // Raw bytes do not finish a character that an escape began.
        (b"\xC3%A9", b"\xC3%A9"),
        (b"%C3\xA9", b"%C3\xA9"),
        (b"\xFF%C3%A9", b"\xFF\xC3\xA9"),
    ];
    for (raw, expected) in cases {
        let header = [b"a=", raw].concat();
        let value = Cookies::new(&header).find(b"a").map(|cookie| cookie.value());
        let mut buffer = [0; 32];
        let copied = value.map_or(Ok(&[][..]), |value| value.copy_to(&mut buffer))?;
        assert_eq!(copied, expected, "{}", raw.escape_ascii());
    }
    Ok(())
}

#[test]
fn values_do_not_print() {
    let cookies = Cookies::new(b"sid=secret");
    let cookie = cookies.find(b"sid");
    let printed = format!("{cookies:?} {cookie:?} {:?}", cookie.map(|cookie| cookie.value()));
    assert!(printed.contains("sid") && !printed.contains("secret"), "{printed}");
    let printed = format!("{:?} {:?}", cookies.clone().find_all(b"sid"), cookies.first_of_each());
    assert!(!printed.contains("secret"), "{printed}");
}
