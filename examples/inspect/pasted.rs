//! Finding the cookie in what was pasted.

use session_core::{Cookies, Decoded};

/// The cookie that was found.
pub(super) struct Pasted {
    pub(super) name: String,
    /// The value as a server reads it: decoded once, or as it stands if its escapes are malformed.
    pub(super) value: String,
    /// Whether an escape such as `%3A` is cut off or no escape at all.
    pub(super) malformed: bool,
    /// What else is to be said about it.
    pub(super) notes: Vec<String>,
}

impl Pasted {
    /// Takes a value, `name=value`, a header's content, or a header's line.
    pub(super) fn find(text: &str, name: &str) -> Result<Self, String> {
        let text = without_quotes(text.trim());
        // As curl -v and browsers' tools show it.
        let text = text.trim_start_matches(['<', '>']).trim_start();
        let content = without_field_name(text);
        if content.is_empty() {
            return Err("none was given".to_owned());
        }
        if content.contains(['\n', '\r']) {
            return Err("more than one line was given: paste the line of the cookie only".to_owned());
        }
        // The sign of equality is in no value that express-session writes.
        let bare = !content.contains('=') || ["s:", "s%3A", "s%3a"].iter().any(|start| content.starts_with(start));
        if bare {
            let value = content.split(';').next().unwrap_or_default().trim();
            return Ok(Self::new(name, value.as_bytes(), Vec::new()));
        }

        let cookies = Cookies::new(content.as_bytes());
        let mut of_name = cookies.find_all(name.as_bytes());
        if let Some(cookie) = of_name.next() {
            let more = of_name.count();
            let notes = if more == 0 {
                Vec::new()
            } else {
                vec![format!("{more} more of this name follow, for other paths or domains; a server takes the first")]
            };
            return Ok(Self::new(name, cookie.raw_value(), notes));
        }
        let mut signed = cookies.clone().filter(|cookie| cookie.value().bytes().take(2).eq(*b"s:"));
        match (signed.next(), signed.next()) {
            (Some(cookie), None) => {
                let found = String::from_utf8_lossy(cookie.name()).into_owned();
                let notes = vec![format!("not named {name:?}, but the only one here that looks signed")];
                Ok(Self::new(&found, cookie.raw_value(), notes))
            }
            _ => {
                let names = cookies.map(|cookie| format!("{:?}", String::from_utf8_lossy(cookie.name())));
                let names = names.collect::<Vec<_>>().join(", ");
                Err(format!("none is named {name:?}; there are {names} (--name picks one)"))
            }
        }
    }

    fn new(name: &str, raw: &[u8], notes: Vec<String>) -> Self {
        let decoded = Decoded::of(raw);
        let bytes = decoded.map_or_else(|_| raw.to_vec(), |decoded| decoded.bytes().collect());
        let value = String::from_utf8_lossy(&bytes).into_owned();
        Self { name: name.to_owned(), value, malformed: decoded.is_err(), notes }
    }
}

fn without_quotes(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text).trim()
}

fn without_field_name(text: &str) -> &str {
    match text.split_once(':') {
        Some((field, content)) if is_field(field) => content.trim(),
        _ => text,
    }
}

fn is_field(field: &str) -> bool {
    ["cookie", "set-cookie"].iter().any(|known| field.trim().eq_ignore_ascii_case(known))
}
