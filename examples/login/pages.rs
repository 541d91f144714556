//! The pages as HTML. Whatever a user typed is escaped.

use core::fmt::{self, Display};
use std::collections::BTreeMap;

use axum::http::StatusCode;
use session_core::{Handle, Principal, PrincipalError, Record, Ticket, Timestamp};

use super::Visitor;
use super::listed::{Listed, end_if_unused};

/// What each page links to.
const LINKS: [(&str, &str); 4] =
    [("/", "Home"), ("/sessions", "My sessions"), ("/watch", "Watch"), ("/online", "Who is online")];

pub(super) fn login(name: &str, problem: Option<PrincipalError>) -> String {
    let name = Escaped(name);
    let problem = problem.map(|problem| match problem {
        PrincipalError::Empty => "Please type a name.",
        _ => "Please type a shorter name: 63 letters, or fewer if some are not English.",
    });
    let (state, problem) = match problem {
        Some(problem) => (
            r#" aria-invalid="true" aria-describedby="problem""#,
            format!(r#"<p id="problem" class="problem">{problem}</p>"#),
        ),
        None => ("", String::new()),
    };
    let body = format_args!(include_str!("login.html"), name = name, state = state, problem = problem).to_string();
    page("/", "Log in", "Log in", body)
}

pub(super) fn welcome(user: &Principal, record: &Record<Visitor>, now: Timestamp) -> String {
    let name = Escaped(user.as_str());
    let views = match record.data().views {
        1 => "This is your <strong>first</strong> visit to this page.".to_owned(),
        views => format!("You have seen this page <strong>{views}</strong> times."),
    };
    let heading = format!("Hello, <bdi>{name}</bdi>");
    page("/", "Welcome", heading, format_args!(include_str!("welcome.html"), views = views, left = left(record, now)))
}

pub(super) fn sessions(
    user: &Principal,
    listed: &[Listed],
    present: Handle,
    may_end: bool,
    problem: Option<&str>,
    now: Timestamp,
) -> String {
    let name = Escaped(user.as_str());
    let rows = listed.iter().map(|session| row(session, session.handle == present, may_end, now)).collect::<String>();
    let problem = problem.map_or_else(String::new, |problem| format!(r#"<p class="problem top">{problem}</p>"#));
    let below = if may_end {
        include_str!("end-all.html").to_owned()
    } else {
        format!(include_str!("again.html"), name = name)
    };
    let body = format!(include_str!("sessions.html"), problem = problem, name = name, rows = rows, below = below);
    page("/sessions", "My sessions", "My sessions", body)
}

/// A session in the list of its user.
fn row(session: &Listed, present: bool, may_end: bool, now: Timestamp) -> String {
    let (handle, login) = (session.handle, Span::between(session.login, now));
    let (mark, last_use) = if present {
        ("<br><strong>this one</strong>", "now".to_owned())
    } else {
        ("", format!("{} ago", Span::between(session.last_use, now)))
    };
    let end = if present || may_end {
        format!(include_str!("end.html"), handle = handle)
    } else {
        "after a new login".to_owned()
    };
    format!(include_str!("row.html"), handle = handle, mark = mark, login = login, last_use = last_use, end = end)
}

pub(super) fn watch(record: Option<&Record<Visitor>>, still: bool, now: Timestamp) -> String {
    const TITLE: &str = "Watch";
    let Some(record) = record else {
        return page("/watch", TITLE, TITLE, r#"<p>There is no session. <a href="/">Log in</a></p>"#);
    };
    let (refresh, refreshing) = if still {
        ("", r#"<a href="/watch">Have it load itself</a>"#)
    } else {
        (
            "\n<meta http-equiv=\"refresh\" content=\"2\">",
            r#"It loads itself every 2 seconds. <a href="/watch?still">Stop that</a>"#,
        )
    };
    let body = format_args!(include_str!("watch.html"), left = left(record, now), refreshing = refreshing).to_string();
    page_with(refresh, "/watch", TITLE, TITLE, body)
}

/// Until when a session lives.
fn left(record: &Record<Visitor>, now: Timestamp) -> String {
    let ends = |end: Option<Timestamp>| end.map_or(Span(0), |end| Span::between(now, end));
    let (unused, at_most) = (ends(end_if_unused(record)), ends(record.ticket().map(Ticket::end)));
    format!(
        "Your session ends in <strong>{unused}</strong> if it is not used, and in <strong>{at_most}</strong> at the latest."
    )
}

pub(super) fn who_is_online(listed: &[Listed], now: Timestamp) -> String {
    let mut users = BTreeMap::new();
    for session in listed {
        let (number, last_use) = users.entry(session.user.as_str()).or_insert((0_u32, session.last_use));
        (*number, *last_use) = (*number + 1, session.last_use.max(*last_use));
    }
    let rows = users.into_iter().map(|(user, (number, last_use))| {
        let (name, last_use) = (Escaped(user), Span::between(last_use, now));
        format!("<tr><th scope=\"row\"><bdi>{name}</bdi></th><td>{number}</td><td>{last_use} ago</td></tr>\n")
    });
    let body = format_args!(include_str!("online.html"), rows = rows.collect::<String>()).to_string();
    page("/online", "Who is online", "Who is online", body)
}

pub(super) fn not_found() -> String {
    page("", "Not found", "Not found", "<p>There is no such page here.</p>")
}

pub(super) fn foreign() -> String {
    page("", "Refused", "Refused", "<p>This form was not sent from a page of ours, so nothing was done.</p>")
}

pub(super) fn failure(status: StatusCode) -> String {
    let (title, text) = match status {
        StatusCode::CONFLICT => (
            "Please try again",
            "Your session has changed while we were at it, so nothing was kept of what you did. <a href=\"/\">Go on</a>. \
             If this comes again, close your browser and open it anew.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("Too busy", "We could not do this just now. Please try again in a few minutes.")
        }
        _ => ("Out of order", "Something went wrong on our side. Please try again later."),
    };
    page("", title, title, format_args!("<p>{text}</p>"))
}

fn page(path: &str, title: &str, heading: impl Display, body: impl Display) -> String {
    page_with("", path, title, heading, body)
}

fn page_with(refresh: &str, path: &str, title: &str, heading: impl Display, body: impl Display) -> String {
    let links = LINKS.map(|(link, name)| {
        let state = if link == path { r#" aria-current="page""# } else { "" };
        format!(r#"<a href="{link}"{state}>{name}</a>"#)
    });
    format!(
        include_str!("page.html"),
        refresh = refresh,
        title = title,
        links = links.join(" "),
        heading = heading,
        body = body
    )
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

impl Span {
    fn between(earlier: Timestamp, later: Timestamp) -> Self {
        Self(later.ms_since(earlier))
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.max(0).saturating_add(999) / 1000;
        let (count, unit) = match seconds {
            ..=599 => (seconds, "second"),
            600..=7199 => (seconds / 60, "minute"),
            7200..=172_799 => (seconds / 3600, "hour"),
            _ => (seconds / 86_400, "day"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}
