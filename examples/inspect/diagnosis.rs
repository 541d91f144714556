//! Whether the signature is good, and if not, why.

use session_core::{Decoded, Key, KeyRing, Rejection, Unprefixed, VerifiedId};

use super::line;
use super::pasted::Pasted;

/// The length of a signature: SHA-256 in base64 without `=`.
const SIGNATURE_LENGTH: usize = 43;

/// Whether the signature is good.
pub(super) fn report(cookie: &Pasted, secrets: &[&str], show_id: bool, report: &mut String) -> bool {
    line(report, "cookie", &cookie.name.escape_debug());
    for note in &cookie.notes {
        line(report, "", note);
    }
    let (good, verdict) = match verify(&cookie.value, secrets, Unprefixed::Refused) {
        Some(Ok(verified)) => {
            (true, vec![format!("good: made with secret {} of {}", verified.key() + 1, secrets.len())])
        }
        Some(Err(rejection)) => (false, explain(cookie, secrets, rejection)),
        None => (false, without_secrets(cookie)),
    };
    let (id, _) = parts(&cookie.value);
    if !id.is_empty() {
        line(report, "id", &Id { id, show: show_id });
    }
    for (place, text) in verdict.iter().enumerate() {
        line(report, if place == 0 { "signature" } else { "" }, text);
    }
    good
}

/// `None` without secrets.
fn verify(value: &str, secrets: &[&str], unprefixed: Unprefixed) -> Option<Result<VerifiedId, Rejection>> {
    let (first, older) = secrets.split_first()?;
    let ring = KeyRing::new(Key::new(first), older.iter().map(Key::new).collect::<Vec<_>>());
    Some(VerifiedId::read(value, &ring, unprefixed))
}

fn explain(cookie: &Pasted, secrets: &[&str], rejection: Rejection) -> Vec<String> {
    let mut lines = vec![format!("not good: {rejection}")];
    lines.extend(damage(cookie));
    // What a server refuses is tried again in the ways in which people come by such a cookie or secret.
    let holds = |value: &str, secrets: &[&str], form| matches!(verify(value, secrets, form), Some(Ok(_)));
    let again = decoded_again(&cookie.value);
    if again.as_ref().is_some_and(|again| holds(again, secrets, Unprefixed::Refused)) {
        lines.push("decoded once more it is good".to_owned());
    }
    if holds(&cookie.value, secrets, Unprefixed::Connect2) {
        lines.push("without the s: in front it is good, as Connect made it in 2011 and 2012".to_owned());
    }
    if holds(&cookie.value.replace(' ', "+"), secrets, Unprefixed::Refused) {
        lines.push("with + for each space it is good: a form's decoder was used on it".to_owned());
    }
    let trimmed: Vec<_> = secrets.iter().map(|secret| secret.trim().trim_matches(['"', '\''])).collect();
    if trimmed != secrets && holds(&cookie.value, &trimmed, Unprefixed::Refused) {
        lines.push("without the spaces or quotes around a secret it is good".to_owned());
    }
    if lines.len() == 1 && rejection == Rejection::BadSignature {
        lines.push("it looks whole, so it was signed with another secret, or was changed".to_owned());
    }
    lines
}

fn without_secrets(cookie: &Pasted) -> Vec<String> {
    let mut lines = vec!["not checked: no secret was given (SESSION_SECRET or --secrets)".to_owned()];
    lines.extend(damage(cookie));
    if lines.len() == 1 {
        lines.push("it has the form of a signed session cookie".to_owned());
    }
    lines
}

/// What is wrong with the form.
fn damage(cookie: &Pasted) -> Vec<String> {
    let value = cookie.value.as_str();
    let mut found = Vec::new();
    if cookie.malformed {
        found.push("a percent-escape in it is malformed: is it cut off?".to_owned());
    }
    if value.contains('\u{fffd}') {
        found.push("it holds bytes that are no UTF-8".to_owned());
    }
    if value.contains('…') || value.ends_with("...") {
        found.push("it was shortened (…) by what displayed it".to_owned());
    }
    let (_, signature) = parts(value);
    match signature.map(|signature| signature.chars().count()) {
        _ if value.starts_with("j:") => found.push("it is JSON that res.cookie wrote, not a session".to_owned()),
        _ if value.starts_with("eyJ") => found.push("it looks like a JSON Web Token, not a session".to_owned()),
        _ if !value.starts_with("s:") => {
            if decoded_again(value).is_some_and(|again| again.starts_with("s:")) {
                found.push("it is percent-encoded twice".to_owned());
            }
        }
        None => found.push("it has no signature (a dot and 43 characters): is it cut off?".to_owned()),
        Some(SIGNATURE_LENGTH) => {}
        Some(length) if length < SIGNATURE_LENGTH => {
            found.push(format!("its signature has {length} of 43 characters: is it cut off?"));
        }
        Some(length) => found.push(format!("its signature has {length} characters instead of 43")),
    }
    found
}

/// The id as far as it can be told, and what stands behind the last dot.
fn parts(value: &str) -> (&str, Option<&str>) {
    let Some(signed) = value.strip_prefix("s:") else { return ("", None) };
    signed.rsplit_once('.').map_or((signed, None), |(id, signature)| (id, Some(signature)))
}

fn decoded_again(value: &str) -> Option<String> {
    let decoded = Decoded::of(value.as_bytes()).ok()?;
    let again = String::from_utf8(decoded.bytes().collect()).ok()?;
    (again != value).then_some(again)
}

/// An id, of which no more is shown than tells it from others.
struct Id<'i> {
    id: &'i str,
    show: bool,
}

impl core::fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let length = self.id.chars().count();
        if self.show {
            return write!(f, "{} ({length} characters)", self.id.escape_debug());
        }
        let shown: String = self.id.chars().take(if length < 24 { 0 } else { 4 }).collect();
        write!(f, "{}… ({length} characters; --show-id shows all)", shown.escape_debug())
    }
}
