//! The pages as HTML. Whatever a user typed is escaped.

use core::fmt::{self, Display};

use session_core::{Expires, Expiry, Timestamp};

use super::Visitor;

pub(super) fn login(name: &str, problem: Option<&str>) -> String {
    let name = Escaped(name);
    let (state, problem) = match problem {
        Some(problem) => (
            r#" aria-invalid="true" aria-describedby="problem""#,
            format!(r#"<p id="problem" class="problem">{problem}</p>"#),
        ),
        None => ("", String::new()),
    };
    page("Log in", "Log in", format_args!(include_str!("login.html"), name = name, state = state, problem = problem))
}

pub(super) fn welcome(visitor: &Visitor) -> String {
    let name = Escaped(visitor.user.as_deref().unwrap_or_default());
    let views = match visitor.views {
        1 => "This is your <strong>first</strong> visit to this page since you logged in.".to_owned(),
        views => format!("You have seen this page <strong>{views}</strong> times since you logged in."),
    };
    let heading = format!("Hello, <bdi>{name}</bdi>");
    page("Welcome", heading, format_args!(include_str!("welcome.html"), views = views))
}

pub(super) fn who_is_online(visitors: &[(&Visitor, &Expiry)], now: Timestamp) -> String {
    const TITLE: &str = "Who is online";
    if visitors.is_empty() {
        return page(TITLE, TITLE, "<p>Nobody is logged in.</p>");
    }
    let rows = visitors.iter().map(|(visitor, expiry)| {
        let name = Escaped(visitor.user.as_deref().unwrap_or_default());
        let since = Span(now.as_unix_ms().saturating_sub(visitor.since));
        let end = match expiry.expires() {
            Expires::At(end) => format!("in {}", Span(end.ms_since(now))),
            _ => "never".to_owned(),
        };
        format!("<tr><th scope=\"row\"><bdi>{name}</bdi></th><td>{since} ago</td><td>{end}</td></tr>\n")
    });
    page(TITLE, TITLE, format_args!(include_str!("online.html"), rows = rows.collect::<String>()))
}

pub(super) fn not_found() -> String {
    page("Not found", "Not found", "<p>There is no such page here.</p>")
}

pub(super) fn failure() -> String {
    page("Out of order", "Out of order", "<p>Something went wrong on our side. Please try again later.</p>")
}

fn page(title: &str, heading: impl Display, body: impl Display) -> String {
    format!(include_str!("page.html"), title = title, heading = heading, body = body)
}

/// Text as it stands in HTML, in an attribute's quotes too.
struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            other => write!(f, "{other}"),
        })
    }
}

/// A length of time in ms, in words.
struct Span(i64);

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.max(0).saturating_add(999) / 1000;
        let (count, unit) = match seconds {
            ..=119 => (seconds, "second"),
            120..=7199 => (seconds / 60, "minute"),
            7200..=172_799 => (seconds / 3600, "hour"),
            _ => (seconds / 86_400, "day"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}
