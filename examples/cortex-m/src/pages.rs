//! What is answered. Nothing in these pages was typed by a visitor, so nothing has to be escaped.

use core::fmt::{self, Display, Write};

use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::response::{Connection, Content, IntoResponse, Response, ResponseWriter, StatusCode};
use session_core::{AnswerError, Handle, Lost};
use session_core_picoserve::Problem;

use crate::sessions::{PLACES, Sessions};
use crate::status::Status;

/// An answer, or why there is none.
pub struct Answer {
    pub status: u16,
    pub page: Page,
}

#[expect(clippy::large_enum_variant, reason = "there is no heap to put it on")]
pub enum Page {
    Login { problem: &'static str },
    Home { name: &'static str, is_admin: bool, visits: u32, unused: Seconds, at_most: Seconds },
    Online([Option<Row>; PLACES]),
    Message { title: &'static str, text: &'static str },
    Redirect(&'static str),
    Status(Status),
}

/// A session in the list of those who are online.
pub struct Row {
    pub name: &'static str,
    pub since: Seconds,
    pub handle: Handle,
}

/// A length of time, given in ms.
pub struct Seconds(pub i64);

impl Answer {
    pub const fn ok(page: Page) -> Self {
        Self { status: 200, page }
    }

    pub const fn message(status: u16, title: &'static str, text: &'static str) -> Self {
        Self { status, page: Page::Message { title, text } }
    }

    /// What follows a form: the browser asks for this page next.
    pub const fn go_to(path: &'static str) -> Self {
        Self { status: 303, page: Page::Redirect(path) }
    }
}

impl From<Problem<Sessions>> for Answer {
    fn from(problem: Problem<Sessions>) -> Self {
        let (title, text) = match problem {
            Problem::Store(_) => (
                "Too many are logged in",
                "There is room for no more. Please try again in a few minutes, or ask the administrator to end a session.",
            ),
            Problem::Body(_) => ("Too long", "This request cannot be read."),
            Problem::NoId(_) => ("Not ready", "This device has no random numbers, so nobody can log in."),
            Problem::Answer(AnswerError::Lost(Lost::NoSession | Lost::Gone)) => ("Ended", "Your session has ended."),
            Problem::Answer(_) | Problem::Configuration => ("Out of order", "Something is wrong with this device."),
        };
        Self::message(problem.status().as_u16(), title, text)
    }
}

impl IntoResponse for Answer {
    // The future of an `async fn` would keep what it is given twice.
    fn write_to<R: Read, W: ResponseWriter<Error = R::Error>>(
        self,
        connection: Connection<'_, R>,
        writer: W,
    ) -> impl Future<Output = Result<ResponseSent, W::Error>> {
        // No page of another site shows ours in a frame, and nothing in ours comes from elsewhere.
        const POLICY: &str = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        async move {
            let location = match self.page {
                Page::Redirect(path) => Some(("Location", path)),
                _ => None,
            };
            let response = Response::new(StatusCode::new(self.status), &self.page);
            let response = response.with_header("Content-Security-Policy", POLICY).with_headers(location);
            writer.write_response(connection, response).await
        }
    }
}

/// By reference: the futures that carry it to the socket are nested, and each would hold a copy.
impl Content for &Page {
    fn content_type(&self) -> &'static str {
        match self {
            Page::Status(_) => "text/plain; charset=utf-8",
            _ => "text/html; charset=utf-8",
        }
    }

    fn content_length(&self) -> usize {
        let mut length = Length(0);
        // It counts and cannot fail.
        let _counted = write!(length, "{self}");
        length.0
    }

    async fn write_content<W: picoserve::io::Write>(self, mut writer: W) -> Result<(), W::Error> {
        writer.write_fmt(format_args!("{self}")).await
    }
}

impl Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => return status.fmt(f),
            Self::Redirect(_) => return Ok(()),
            Self::Login { .. } => head(f, "Log in")?,
            Self::Home { .. } => head(f, "Welcome")?,
            Self::Online(_) => head(f, "Who is online")?,
            Self::Message { title, .. } => head(f, title)?,
        }
        match self {
            Self::Login { problem } => login(f, problem),
            Self::Home { name, is_admin, visits, unused, at_most } => {
                write!(f, "<p>Hello, <b>{name}</b>. Visits to this page: <b>{visits}</b>.")?;
                write!(f, "<p>Your session ends in {unused} if it is not used, and in {at_most} at the latest.")?;
                f.write_str("<form method=post action=/logout><button>Log out</button></form>")?;
                f.write_str(if *is_admin { "<p><a href=/online>Who is online</a>" } else { "" })
            }
            Self::Online(rows) => online(f, rows),
            Self::Message { text, .. } => write!(f, "<p>{text}<p><a href=/>Home</a>"),
            Self::Redirect(_) | Self::Status(_) => Ok(()),
        }
    }
}

fn head(f: &mut fmt::Formatter<'_>, title: &str) -> fmt::Result {
    f.write_str("<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width>")?;
    write!(f, "<title>{title}</title><h1>{title}</h1>")
}

fn login(f: &mut fmt::Formatter<'_>, problem: &str) -> fmt::Result {
    if !problem.is_empty() {
        write!(f, "<p role=alert>{problem}")?;
    }
    f.write_str(
        "<form method=post action=/login>\
         <p><label>Name <input name=name required autocomplete=username></label>\
         <p><label>Password <input name=password type=password required autocomplete=current-password></label>\
         <p><button>Log in</button></form>",
    )
}

fn online(f: &mut fmt::Formatter<'_>, rows: &[Option<Row>]) -> fmt::Result {
    f.write_str("<table><tr><th>Name<th>Since<th>")?;
    for Row { name, since, handle } in rows.iter().flatten() {
        write!(f, "<tr><td>{name}<td>{since} ago<td><form method=post action=/end>")?;
        write!(f, "<button name=handle value={handle}>End</button></form>")?;
    }
    f.write_str("</table><p><a href=/>Home</a>")
}

impl Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.max(0) / 1000)
    }
}

struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
