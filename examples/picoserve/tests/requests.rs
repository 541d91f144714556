//! Requests through picoserve's own server, over loopback.
#![expect(clippy::expect_used, reason = "a test may panic")]

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::ops::DerefMut;

use picoserve::response::{IntoResponse, StatusCode};
use picoserve::routing::get_service;
use picoserve::{Config, Router, Server};
use session_core::{
    CookieName, CookieOptions, FixedStore, Key, Policy, SameSite, Secure, SessionId, SessionManager, SessionStore,
    Timestamp,
};
use session_core_picoserve::{Look, Manager, Problem, Sessions, Visit, WithLook, WithSession};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A program with two places for sessions.
struct App {
    manager: Manager<u32>,
    store: RefCell<FixedStore<u32, 2>>,
    ids: Cell<u8>,
    now: Cell<i64>,
}

impl App {
    fn new() -> Self {
        let name = CookieName::new("device-1").expect("a name");
        let key = Key::derive([7; 32], Key::SESSION_COOKIES, name.as_str()).expect("32 bytes");
        let options = CookieOptions::recommended().secure(Secure::Never).same_site(SameSite::Strict);
        let policy = Policy::recommended().with_one_candidate();
        let manager = SessionManager::new(policy, key.into(), name, options).expect("a configuration");
        Self { manager, store: RefCell::default(), ids: Cell::new(0), now: Cell::new(0) }
    }

    /// Sends a request with this cookie, and gives the answer.
    async fn send(&self, path: &str, cookie: &str) -> Answer {
        let router = Router::new()
            .route("/", get_service(WithSession(home)))
            .route("/login", get_service(WithSession(login)))
            .route("/logout", get_service(WithSession(logout)))
            .route("/look", get_service(WithLook(look)))
            .with_state(self);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut client = TcpStream::connect(listener.local_addr().expect("an address")).await.expect("a connection");
        let (connection, _) = listener.accept().await.expect("the same");
        let server = async {
            Server::new_tokio(&router, &Config::const_default(), &mut [0; 1024])
                .serve(connection)
                .await
                .expect("served");
        };
        let client = async move {
            let request = format!("GET {path} HTTP/1.1\r\nHost: device.local\r\nCookie: {cookie}\r\n\r\n");
            client.write_all(request.as_bytes()).await.expect("sent");
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.expect("an answer");
            Answer(answer)
        };
        tokio::join!(server, client).1
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
        Timestamp::from_unix_ms(self.now.get()).expect("a time")
    }

    /// A program takes random numbers.
    fn new_id(&self) -> Result<SessionId, Infallible> {
        self.ids.set(self.ids.get() + 1);
        Ok(SessionId::from_random([self.ids.get(); 24]))
    }
}

struct Reply(StatusCode, String);

impl Reply {
    fn ok(text: impl ToString) -> Result<Self, Self> {
        Ok(Self(StatusCode::OK, text.to_string()))
    }
}

impl From<Problem<App>> for Reply {
    fn from(problem: Problem<App>) -> Self {
        Self(problem.status(), "a problem".to_owned())
    }
}

impl IntoResponse for Reply {
    async fn write_to<R: picoserve::io::Read, W: picoserve::response::ResponseWriter<Error = R::Error>>(
        self,
        connection: picoserve::response::Connection<'_, R>,
        writer: W,
    ) -> Result<picoserve::ResponseSent, W::Error> {
        (self.0, self.1.as_str()).write_to(connection, writer).await
    }
}

fn home(visit: &mut Visit<'_, App>) -> Result<Reply, Reply> {
    if visit.session.principal().is_none() {
        return Reply::ok("nobody");
    }
    *visit.session.data_mut() += 1;
    Reply::ok(visit.session.data())
}

fn login(visit: &mut Visit<'_, App>) -> Result<Reply, Reply> {
    let id = visit.app.new_id().map_err(Problem::NoId)?;
    visit.session.authenticated("ada".parse().expect("a name"), id, visit.now).expect("a login");
    Reply::ok("hello")
}

fn logout(visit: &mut Visit<'_, App>) -> Result<Reply, Reply> {
    let answer = visit.app.store().apply(visit.session.destroy(), visit.now).map_err(Problem::Store)?;
    visit.session.answered(answer);
    Reply::ok("bye")
}

fn look(look: &Look<'_, App>) -> Result<Reply, Reply> {
    Reply::ok(look.session.as_ref().map_or(0, |loaded| *loaded.record().data()))
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

#[tokio::test]
async fn a_login_counts_until_the_logout() {
    let app = App::new();
    let stranger = app.send("/", "").await;
    assert_eq!((stranger.text(), stranger.header("Set-Cookie")), ("nobody", None));

    let login = app.send("/login", "").await;
    assert!(login.header("Set-Cookie").expect("a cookie").ends_with("; Path=/; HttpOnly; SameSite=Strict"));
    assert_eq!(login.header("Cache-Control"), Some("private, no-store"));
    let cookie = login.cookie();
    assert_eq!(app.send("/", &format!("theme=dark; {cookie}")).await.text(), "1");
    assert_eq!(app.send("/", cookie).await.text(), "2");

    let logout = app.send("/logout", cookie).await;
    assert!(logout.header("Set-Cookie").expect("a removal").starts_with("device-1=; Max-Age=0; "));
    assert_eq!(app.send("/", cookie).await.text(), "nobody");
}

#[tokio::test]
async fn a_cookie_that_was_tampered_with_is_nobody_s() {
    let app = App::new();
    let login = app.send("/login", "").await;
    let forged = login.cookie().replace("s%3AA", "s%3AB");
    assert_ne!(forged, login.cookie());
    assert_eq!(app.send("/", &forged).await.text(), "nobody");
    assert_eq!(app.send("/", login.cookie()).await.text(), "1");
}

#[tokio::test]
async fn a_full_store_is_a_503_and_no_cookie() {
    let app = App::new();
    let logins = [app.send("/login", "").await, app.send("/login", "").await];
    let late = app.send("/login", "").await;
    assert_eq!((late.status(), late.header("Set-Cookie")), ("503", None));
    for login in logins {
        assert_eq!(app.send("/", login.cookie()).await.text(), "1");
    }
}

#[tokio::test]
async fn to_look_is_no_use() {
    let app = App::new();
    let [used, looked_at] = [app.send("/login", "").await, app.send("/login", "").await];
    for minute in 1..=20 {
        app.now.set(minute * 60_000);
        assert_eq!(app.send("/", used.cookie()).await.text(), minute.to_string());
        let answer = app.send("/look", looked_at.cookie()).await;
        assert_eq!((answer.text(), answer.header("Set-Cookie")), ("0", None));
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    }
    assert_eq!(app.send("/", looked_at.cookie()).await.text(), "nobody");
}
