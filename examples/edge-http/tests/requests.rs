//! Requests through edge-http's own server, over connections in memory.
#![expect(clippy::expect_used, reason = "a test may panic")]

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::ops::DerefMut;

use edge_http::io::Error;
use edge_http::io::server::{Connection, Handler, handle_request};
use edge_nal::{Readable, TcpSplit};
use embassy_futures::block_on;
use embedded_io_async::{ErrorType, Read, Write};
use session_core::{
    CookieName, CookieOptions, FixedStore, Key, Policy, SameSite, Secure, SessionId, SessionManager, SessionStore,
    Timestamp,
};
use session_core_edge_http::{Lines, Manager, Problem, Sessions, request, with_session};

/// A program with two places for sessions.
struct App {
    manager: Manager<u32>,
    store: RefCell<FixedStore<u32, 2>>,
    ids: Cell<u8>,
}

impl App {
    fn new() -> Self {
        let name = CookieName::new("device-1").expect("a name");
        let key = Key::derive([7; 32], Key::SESSION_COOKIES, name.as_str()).expect("32 bytes");
        let options = CookieOptions::recommended().secure(Secure::Never).same_site(SameSite::Strict);
        let manager = SessionManager::new(Policy::recommended().with_one_candidate(), key.into(), name, options)
            .expect("a configuration");
        Self { manager, store: RefCell::default(), ids: Cell::new(0) }
    }
}

impl Sessions for App {
    type Data = u32;
    type Store = FixedStore<u32, 2>;
    type NoId = Infallible;

    fn manager(&self) -> &Manager<u32> {
        &self.manager
    }

    fn store(&self) -> impl DerefMut<Target = Self::Store> {
        self.store.borrow_mut()
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    /// A program takes random numbers.
    fn new_id(&self) -> Result<SessionId, Infallible> {
        self.ids.set(self.ids.get() + 1);
        Ok(SessionId::from_random([self.ids.get(); 24]))
    }
}

impl Handler for App {
    type Error<E: Debug> = Error<E>;

    async fn handle<T: Read + Write + TcpSplit, const N: usize>(
        &self,
        _: impl Display + Copy,
        connection: &mut Connection<'_, T, N>,
    ) -> Result<(), Error<T::Error>> {
        let head = connection.headers()?;
        let answered = with_session(self, request(head), |session, now| match head.path {
            "/login" => {
                let id = self.new_id().map_err(Problem::NoId)?;
                session.authenticated("ada".parse().expect("a name"), id, now).expect("a login");
                Ok("hello".to_owned())
            }
            "/logout" => {
                let answer = self.store.borrow_mut().apply(session.destroy(), now).map_err(Problem::Store)?;
                session.answered(answer);
                Ok("bye".to_owned())
            }
            _ if session.principal().is_none() => Ok("nobody".to_owned()),
            _ => {
                *session.data_mut() += 1;
                Ok(session.data().to_string())
            }
        });
        let (status, text, lines) = match answered {
            Ok((text, lines)) => (200, text, lines),
            Err(problem) => (Problem::<Self>::status(&problem), "a problem".to_owned(), Lines::NONE),
        };
        connection.initiate_response(status, None, &lines.with([("Connection", "close")])).await?;
        connection.write_all(text.as_bytes()).await
    }
}

/// A connection in memory: what the client sends, and what it gets.
struct Memory<'m> {
    sent: &'m [u8],
    received: Vec<u8>,
}

impl ErrorType for Memory<'_> {
    type Error = Infallible;
}

impl Read for Memory<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.sent.read(buffer).await.unwrap_or_default())
    }
}

impl Write for Memory<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.received.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Readable for Memory<'_> {
    async fn readable(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// The server wants to be able to, for connections that become something else; this one does not.
impl TcpSplit for Memory<'_> {
    type Read<'a>
        = Memory<'a>
    where
        Self: 'a;
    type Write<'a>
        = Memory<'a>
    where
        Self: 'a;

    fn split(&mut self) -> (Self::Read<'_>, Self::Write<'_>) {
        (Memory { sent: self.sent, received: Vec::new() }, Memory { sent: &[], received: Vec::new() })
    }
}

/// Sends a request with this cookie, and gives the answer.
fn send(app: &App, path: &str, cookie: &str) -> Answer {
    let sent = format!("GET {path} HTTP/1.1\r\nHost: device.local\r\nCookie: {cookie}\r\n\r\n");
    let mut memory = Memory { sent: sent.as_bytes(), received: Vec::new() };
    block_on(handle_request::<_, _, 16>(&mut [0; 1024], &mut memory, 0, app)).expect("an answer");
    Answer(String::from_utf8(memory.received).expect("text"))
}

struct Answer(String);

impl Answer {
    fn status(&self) -> &str {
        self.0.split(' ').nth(1).unwrap_or_default()
    }

    fn text(&self) -> &str {
        self.0.split_once("\r\n\r\n").map(|(_, text)| text).unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The cookie as the browser sends it back.
    fn cookie(&self) -> &str {
        self.header("Set-Cookie").and_then(|line| line.split(';').next()).expect("a cookie")
    }
}

#[test]
fn a_login_counts_until_the_logout() {
    let app = App::new();
    let stranger = send(&app, "/", "");
    assert_eq!((stranger.text(), stranger.header("Set-Cookie")), ("nobody", None));

    let login = send(&app, "/login", "");
    assert!(login.header("Set-Cookie").expect("a cookie").ends_with("; Path=/; HttpOnly; SameSite=Strict"));
    assert_eq!(login.header("Cache-Control"), Some("private, no-store"));
    let cookie = login.cookie();
    assert_eq!(send(&app, "/", &format!("theme=dark; {cookie}")).text(), "1");
    assert_eq!(send(&app, "/", cookie).text(), "2");

    let logout = send(&app, "/logout", cookie);
    assert!(logout.header("Set-Cookie").expect("a removal").starts_with("device-1=; Max-Age=0; "));
    assert_eq!(send(&app, "/", cookie).text(), "nobody");
}

#[test]
fn a_cookie_that_was_tampered_with_is_nobody_s() {
    let app = App::new();
    let login = send(&app, "/login", "");
    let forged = login.cookie().replace("s%3AA", "s%3AB");
    assert_ne!(forged, login.cookie());
    assert_eq!(send(&app, "/", &forged).text(), "nobody");
    assert_eq!(send(&app, "/", login.cookie()).text(), "1");
}

#[test]
fn a_full_store_is_a_503_and_no_cookie() {
    let app = App::new();
    let logins = [send(&app, "/login", ""), send(&app, "/login", "")];
    let late = send(&app, "/login", "");
    assert_eq!((late.status(), late.header("Set-Cookie")), ("503", None));
    for login in logins {
        assert_eq!(send(&app, "/", login.cookie()).text(), "1");
    }
}
