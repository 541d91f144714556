//! The laws of signed text: every edit is refused that is not signed itself, and no key accepts what another one has signed.

use session_core::{Key, KeyRing};

/// Lines are a text, two secrets, and what is written over the signed text at a place that the last line's length says.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(lines: &[u8]) {
    let mut lines = lines.splitn(5, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (text, secret, other, edit, place) = (next(), next(), next(), next(), next());
    let (text, edit) = (String::from_utf8_lossy(text), String::from_utf8_lossy(edit));

    let (key, other_key) = (Key::new(secret), Key::new(other));
    let own = key.sign(&text);
    let signed = format!("{text}.{}", own.as_str());
    let ring = KeyRing::new(key.clone(), [other_key.clone()]);
    let verified = ring.unsign(&signed).unwrap();
    assert_eq!((verified.text(), verified.key()), (&*text, 0));

    // HMAC fills a key with zeros, and hashes one that is longer than a block: only those can be another's equal.
    let alone = KeyRing::from(other_key);
    if secret.len() <= 64 && other.len() <= 64 {
        let is_equal = without_zeros(secret) == without_zeros(other);
        assert_eq!(alone.unsign(&signed).is_ok(), is_equal);
    }

    // Written over, put in, cut off, and doubled.
    let characters: Vec<char> = signed.chars().collect();
    let place = place.len() % (characters.len() + 1);
    let (before, behind) = characters.split_at(place);
    let text_of = |characters: &[char]| characters.iter().collect::<String>();
    let edits = [
        format!("{}{edit}{}", text_of(before), text_of(behind)),
        format!("{}{edit}{}", text_of(before), text_of(behind.get(edit.chars().count()..).unwrap_or_default())),
        text_of(before),
        text_of(behind),
        format!("{signed}{signed}"),
        format!("{signed}="),
        format!("s:{signed}"),
        signed.replace('+', "-").replace('/', "_"),
        signed.to_lowercase(),
    ];
    let ring = KeyRing::from(key.clone());
    for edited in edits {
        let (text, signature) = edited.rsplit_once('.').unwrap_or((&edited, ""));
        // A fuzzer remembers what was compared, and so hands in other text with the signature that the key made for that.
        let is_signed = edited == signed || signature != own.as_str() && signature == key.sign(text).as_str();
        assert_eq!(ring.unsign(&edited).is_ok(), is_signed, "{edited}");
    }
}

fn without_zeros(secret: &[u8]) -> &[u8] {
    let end = secret.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &secret[..end]
}
