//! The pages as HTML. Whatever a user typed is escaped.

use core::fmt::{self, Display};

use session_core::PrincipalError;

use crate::Online;

/// What each page links to.
const LINKS: [(&str, &str); 2] = [("/", "Home"), ("/online", "Who is online")];

/// What a page says of itself.
pub(crate) struct Page {
    /// The program that answers.
    pub(crate) server: &'static str,
    /// Its own address.
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
}

impl Page {
    pub(crate) fn html(&self, heading: impl Display, body: impl Display) -> String {
        let links = LINKS.map(|(link, name)| {
            let state = if link == self.path { r#" aria-current="page""# } else { "" };
            format!(r#"<a href="{link}"{state}>{name}</a>"#)
        });
        format!(
            include_str!("pages/page.html"),
            server = self.server,
            title = self.title,
            links = links.join(" "),
            heading = heading,
            body = body
        )
    }
}

pub(crate) fn login(server: &'static str, name: &str, problem: Option<PrincipalError>) -> String {
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
    let name = Escaped(name);
    let body = format!(include_str!("pages/login.html"), name = name, state = state, problem = problem);
    Page { server, path: "/", title: "Log in" }.html("Log in", body)
}

pub(crate) fn welcome(server: &'static str, user: &str, views: u32) -> String {
    let times = if views == 1 { "time" } else { "times" };
    let body = format!(include_str!("pages/welcome.html"), views = views, times = times, server = server);
    Page { server, path: "/", title: "Welcome" }.html(format_args!("Hello, <bdi>{}</bdi>", Escaped(user)), body)
}

pub(crate) fn online(server: &'static str, online: &[Online]) -> String {
    let rows = online.iter().map(|session| {
        let idle = session.idle_seconds.map_or_else(|| "not known".to_owned(), |seconds| Span(seconds).to_string());
        format!(
            include_str!("pages/row.html"),
            user = Escaped(&session.user),
            handle = Escaped(&session.handle),
            idle = idle,
            left = Span(session.ends_in_seconds)
        )
    });
    let body = format!(include_str!("pages/online.html"), count = online.len(), rows = rows.collect::<String>());
    Page { server, path: "/online", title: "Who is online" }.html("Who is online", body)
}

/// Who may not see or end the sessions of all.
pub(crate) fn refusal(server: &'static str, status: u16) -> String {
    let title = refusal_title(status);
    let text = match status {
        401 => r#"<p><a href="/">Log in</a> first, as somebody who may know.</p>"#,
        _ => "<p>Only an administrator may know.</p>",
    };
    Page { server, path: "/online", title }.html(title, text)
}

pub(crate) const fn refusal_title(status: u16) -> &'static str {
    match status {
        401 => "Not logged in",
        _ => "Not for you",
    }
}

pub(crate) fn failure(server: &'static str, status: u16) -> String {
    let (title, text) = match status {
        409 => (
            "Please try again",
            "Your session has changed while we were at it, so nothing was kept of what you did. <a href=\"/\">Go on</a>. \
             If this comes again, close your browser and open it anew.",
        ),
        503 => ("Not just now", "We could not do this just now, and nothing is lost. Please try again in a moment."),
        _ => ("Out of order", "Something went wrong on our side. Please try again later."),
    };
    Page { server, path: "", title }.html(title, format_args!("<p>{text}</p>"))
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

/// A length of time in seconds, in words.
struct Span(u64);

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.0 {
            seconds @ ..=599 => (seconds, "second"),
            seconds @ 600..=7199 => (seconds / 60, "minute"),
            seconds @ 7200..=172_799 => (seconds / 3600, "hour"),
            seconds => (seconds / 86_400, "day"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}
