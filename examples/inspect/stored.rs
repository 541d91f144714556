//! What a stored session says.

use core::fmt::{self, Display};

use session_core::{Attribute, Document, Expires, Field, Record, SessionCookie, Timestamp};

use super::line;

/// Whether it can be read.
pub(super) fn report(text: &str, report: &mut String) -> bool {
    let text = text.trim();
    let record = match Record::<Document>::from_json(text) {
        Ok(record) => record,
        Err(error) => {
            line(report, "record", &format!("not readable: {error}"));
            if text.starts_with('"') {
                line(
                    report,
                    "",
                    &"it is JSON inside of quotes: redis-cli shows it bare if its output is not a terminal",
                );
            }
            return false;
        }
    };
    let now = Timestamp::now();
    line(report, "record", &End(record.cookie(), now));
    if let Some(ms) = record.cookie().expiry().original_max_age().as_ms() {
        line(report, "lives", &format!("{} after each use (originalMaxAge {ms})", Span(ms)));
    }
    line(report, "attributes", &Attributes(record.cookie()));
    let names: Vec<_> = record.data().names().map(|name| name.escape_debug().to_string()).collect();
    line(report, "data", &if names.is_empty() { "none".to_owned() } else { names.join(", ") });
    if record.is_altered() {
        line(report, "", &"and names that Express keeps for itself, so it drops them");
    }
    true
}

/// When a session ends.
struct End<'c>(&'c SessionCookie, Timestamp);

impl Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(cookie, now) = *self;
        let end = match cookie.expiry().expires() {
            Expires::At(end) => Ok(end),
            Expires::Ms(ms) if ms != 0 => Timestamp::from_unix_ms(ms).map_err(|_| "beyond any date"),
            Expires::Invalid => Err("at a date that JavaScript cannot hold"),
            Expires::Absent | Expires::False | Expires::Ms(_) | Expires::Null => {
                return f.write_str("never ends by itself (the store's own limit counts)");
            }
        };
        match end {
            Ok(end) if cookie.expiry().is_expired(now) => {
                write!(f, "ended {} ago, at {}", Span(now.ms_since(end)), end.iso8601())
            }
            Ok(end) => write!(f, "ends in {}, at {}", Span(end.ms_since(now)), end.iso8601()),
            Err(problem) => write!(f, "ends {problem}"),
        }
    }
}

/// The attributes that are there, as the JSON spells them.
struct Attributes<'c>(&'c SessionCookie);

impl Display for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for field in Field::ALL {
            let name = field.name();
            match self.0.attribute(field) {
                Attribute::Absent => continue,
                Attribute::Bool(value) => write!(f, "{separator}{name} {value}")?,
                Attribute::Null => write!(f, "{separator}{name} null")?,
                Attribute::Number(number) => write!(f, "{separator}{name} {number}")?,
                Attribute::Text(text) => write!(f, "{separator}{name} {text:?}")?,
            }
            separator = ", ";
        }
        f.write_str(if separator.is_empty() { "none" } else { "" })
    }
}

/// A length of time in ms, in words.
struct Span(i64);

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0;
        let (count, unit) = match ms.saturating_abs() {
            ..=999 => (ms, "millisecond"),
            1000..=119_999 => (ms / 1000, "second"),
            120_000..=7_199_999 => (ms / 60_000, "minute"),
            7_200_000..=172_799_999 => (ms / 3_600_000, "hour"),
            _ => (ms / 86_400_000, "day"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}
