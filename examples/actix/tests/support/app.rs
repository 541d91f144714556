//! An app with a route for each question.

use core::fmt;
use core::time::Duration;

use actix_web::body::MessageBody;
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorForbidden;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Path};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, HttpServer, ResponseError};
use serde::{Deserialize, Serialize};
use session_core::{
    CookieName, CookieOptions, Document, Fingerprint, Key, KeyRing, Policy, Proxy, SameSite, Secure, SessionManager,
    Timestamp,
};
use session_core_actix::{Seen, Session, SessionError, Sessions, new_id, sessions};
use session_core_redis::{RedisStore, Settings};
use tokio::sync::Semaphore;

use super::Browser;
use super::servers::Server;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Visitor {
    pub(crate) user: Option<String>,
    pub(crate) views: u32,
}

pub(crate) type Data = Document<Visitor>;

/// An app, and the Redis that only it uses.
pub(crate) struct App {
    pub(crate) redis: Server,
    pub(crate) gate: web::Data<Gate>,
    pub(crate) sessions: web::Data<Sessions<Data>>,
    port: u16,
}

/// Where handlers and tests wait for each other.
pub(crate) struct Gate {
    pub(crate) arrived: Semaphore,
    pub(crate) open: Semaphore,
    /// A handler was dropped before its end, or has come to it.
    pub(crate) gone: Semaphore,
}

impl Gate {
    /// What a handler does that is to be met half-way.
    async fn pass(&self) {
        struct Leaving<'g>(&'g Gate);
        impl Drop for Leaving<'_> {
            fn drop(&mut self) {
                self.0.gone.add_permits(1);
            }
        }
        let _leaving = Leaving(self);
        self.arrived.add_permits(1);
        self.open.acquire().await.expect("never closed").forget();
    }
}

/// Which sessions an app has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Express,
    Recommended,
    /// Recommended, and every user can be signed out everywhere.
    Epochs,
    /// The same, but the adapter is not told.
    EpochsUntold,
    /// Recommended, for https alone, behind a proxy.
    Https,
}

impl App {
    pub(crate) async fn start(kind: Kind) -> Self {
        // However slow the machine is.
        Self::with_patience(kind, Duration::from_secs(60)).await
    }

    /// One that waits so long for an answer of Redis.
    pub(crate) async fn with_patience(kind: Kind, patience: Duration) -> Self {
        let redis = Server::start(&[]);
        let gate = Gate { arrived: Semaphore::new(0), open: Semaphore::new(0), gone: Semaphore::new(0) };
        let gate = web::Data::new(gate);
        let settings = Settings::documents().with_connection_timeout(patience).with_response_timeout(patience);
        let store = RedisStore::connect_with(&[&redis.address()], "sess:", settings).await.expect("an address");
        let all = web::Data::new(Sessions {
            manager: manager(kind),
            store,
            proxy: if kind == Kind::Https { Proxy::Trusted } else { Proxy::Ignored },
            epochs: kind == Kind::Epochs,
        });
        let (gate_of_workers, all_of_workers) = (gate.clone(), all.clone());
        let server = HttpServer::new(move || {
            actix_web::App::new()
                .app_data(gate_of_workers.clone())
                .app_data(all_of_workers.clone())
                .app_data(web::Data::new(kind))
                .route("/bare", web::get().to(visit))
                .service(web::scope("").wrap(from_fn(sessions::<Data, _>)).configure(routes))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).expect("a free port");
        let port = server.addrs().first().expect("it listens").port();
        actix_web::rt::spawn(server.run());
        Self { redis, gate, sessions: all, port }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.port)
    }

    /// The keys of all sessions.
    pub(crate) fn keys(&self) -> Vec<String> {
        redis::cmd("KEYS").arg("sess:*").query(&mut self.redis.client()).expect("redis is up")
    }

    /// How often the only session was used, by what Redis has.
    pub(crate) fn views(&self) -> u32 {
        let [key] = &*self.keys() else { panic!("not one session") };
        let text: String = redis::cmd("GET").arg(key).query(&mut self.redis.client()).expect("redis is up");
        let document: serde_json::Value = serde_json::from_str(&text).expect("json");
        document["views"].as_u64().and_then(|views| u32::try_from(views).ok()).expect("a number")
    }
}

pub(crate) fn manager(kind: Kind) -> SessionManager<'static, Data, Vec<Key>> {
    let options = CookieOptions::new().secure(Secure::Auto).same_site(SameSite::Lax);
    let derived = |name: CookieName<'static>| {
        let key = Key::derive("0123456789abcdef0123456789abcdef", Key::SESSION_COOKIES, name.as_str());
        KeyRing::new(key.expect("32 bytes"), Vec::new())
    };
    let sid = CookieName::new("sid").expect("a name");
    let manager = match kind {
        Kind::Express => {
            let policy = Policy::express(Fingerprint::of_document).with_resave(false).with_save_uninitialized(false);
            let keys = KeyRing::new(Key::new("keyboard cat"), Vec::new());
            SessionManager::new(policy, keys, CookieName::CONNECT_SID, options.max_age(900_000))
        }
        Kind::Recommended => SessionManager::new(Policy::recommended(), derived(sid), sid, options),
        Kind::Epochs | Kind::EpochsUntold => {
            SessionManager::new(Policy::recommended().with_epochs(true), derived(sid), sid, options)
        }
        Kind::Https => {
            let name = CookieName::HOST_SID;
            SessionManager::new(Policy::recommended(), derived(name), name, CookieOptions::recommended())
        }
    };
    manager.expect("they fit")
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(visit))
        .route("/plain", web::get().to(|| async { "plain" }))
        .route("/me", web::get().to(me))
        .route("/login/{user}", web::post().to(log_in))
        .route("/logout", web::post().to(log_out))
        .route("/cookies", web::get().to(cookies))
        .route("/slow", web::get().to(slow))
        .route("/slow-look", web::get().to(slow_look))
        .route("/slow-save", web::get().to(slow_save))
        .route("/save", web::get().to(save))
        .route("/long", web::get().to(long))
        .route("/teapot", web::get().to(teapot))
        .route("/error", web::get().to(error))
        .route("/abandoned", web::get().to(abandoned))
        .route("/panic", web::get().to(panic))
        .route("/late", web::get().to(late))
        .route("/upgrade", web::get().to(upgrade))
        .route("/within", web::get().to(within))
        .route("/both", web::get().to(both))
        .route("/used", web::get().to(used))
        .service(web::resource("/forbidden").wrap(from_fn(forbid)).get(visit))
        .service(web::resource("/twice").wrap(from_fn(sessions::<Data, _>)).get(me));
}

pub(crate) async fn visit(session: Session<Data>) -> Result<String, SessionError> {
    session.with(|session| {
        session.data_mut().view_mut().views += 1;
        format!("{} views", session.data().view().views)
    })
}

pub(crate) async fn me(Seen(seen): Seen<Data>) -> String {
    seen.and_then(|seen| seen.record().data().view().user.clone()).unwrap_or_else(|| "nobody".to_owned())
}

async fn log_in(
    session: Session<Data>,
    user: Path<String>,
    kind: web::Data<Kind>,
    all: web::Data<Sessions<Data>>,
) -> Result<&'static str, SessionError> {
    let principal = user.parse().expect("a short name");
    match **kind {
        Kind::Express => session.regenerate().await?,
        Kind::Recommended | Kind::Https => session.authenticated(principal)?,
        Kind::Epochs | Kind::EpochsUntold => {
            let (epoch, id) = (all.store.epoch(&principal).await?, new_id()?);
            session.with(|session| session.authenticated_in_epoch(principal, epoch, id, Timestamp::now()))??;
        }
    }
    session.with(|session| session.data_mut().view_mut().user = Some(user.into_inner()))?;
    Ok("welcome")
}

async fn log_out(session: Session<Data>) -> Result<&'static str, SessionError> {
    session.destroy().await?;
    Ok("bye")
}

async fn cookies(session: Session<Data>) -> Result<HttpResponse, SessionError> {
    visit(session).await?;
    let cookies = ["theme", "language"].map(|name| Cookie::new(name, "mine"));
    let [theme, language] = cookies;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "max-age=60")).cookie(theme).cookie(language).finish())
}

async fn slow(session: Session<Data>, gate: web::Data<Gate>) -> Result<&'static str, SessionError> {
    visit(session).await?;
    gate.pass().await;
    Ok("slow")
}

async fn slow_look(_session: Session<Data>, gate: web::Data<Gate>) -> &'static str {
    gate.pass().await;
    "slow"
}

async fn slow_save(session: Session<Data>, gate: web::Data<Gate>) -> Result<&'static str, SessionError> {
    visit(session.clone()).await?;
    session.save().await?;
    visit(session).await?;
    gate.pass().await;
    Ok("slow")
}

async fn save(session: Session<Data>) -> Result<String, SessionError> {
    visit(session.clone()).await?;
    session.save().await?;
    visit(session).await
}

/// More than the store takes.
async fn long(session: Session<Data>) -> Result<&'static str, SessionError> {
    session.with(|session| session.data_mut().view_mut().user = Some("long ".repeat(1 << 20)))?;
    Ok("kept")
}

async fn teapot(session: Session<Data>) -> Result<HttpResponse, SessionError> {
    visit(session).await?;
    Ok(HttpResponse::ImATeapot().finish())
}

/// What a program has for its own errors.
#[derive(Debug)]
enum Problem {
    Session(SessionError),
    NoTea,
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(error) => error.fmt(f),
            Self::NoTea => f.write_str("no tea"),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Session(error) => error.status_code(),
            Self::NoTea => StatusCode::GONE,
        }
    }
}

async fn error(session: Session<Data>) -> Result<&'static str, Problem> {
    visit(session).await?;
    Err(Problem::NoTea)
}

async fn abandoned(session: Session<Data>) -> Result<&'static str, Problem> {
    visit(session.clone()).await?;
    session.with(session_core::Session::abandon)?;
    Err(Problem::NoTea)
}

async fn forbid(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let _answer = next.call(request).await?;
    Err::<ServiceResponse, _>(ErrorForbidden("not today"))
}

async fn panic(session: Session<Data>) -> &'static str {
    visit(session).await.expect("it is open");
    panic!("as some handlers do");
}

/// The session is used by what sends the body.
async fn late(session: Session<Data>) -> HttpResponse {
    let text = futures_util::stream::once(async move {
        let used = visit(session.clone()).await;
        let saved = session.save().await;
        let both = used == Err(SessionError::Late) && saved == Err(SessionError::Late);
        Ok::<_, Error>(Bytes::from(format!("late: {both}")))
    });
    HttpResponse::Ok().streaming(text)
}

async fn upgrade(session: Session<Data>) -> Result<HttpResponse, SessionError> {
    visit(session.clone()).await?;
    let text = futures_util::stream::once(async move {
        let used = visit(session).await;
        Ok::<_, Error>(Bytes::from(format!("late: {}", used == Err(SessionError::Late))))
    });
    Ok(HttpResponse::SwitchingProtocols().upgrade("echo").streaming(text))
}

/// Within what works with the session, nothing else does.
async fn within(session: Session<Data>) -> Result<String, SessionError> {
    let inner = session.clone();
    let used = session.with(|_| inner.with(|session| session.data_mut().view_mut().views += 1))?;
    Ok(format!("busy: {}", used == Err(SessionError::Busy)))
}

async fn both(Seen(seen): Seen<Data>, session: Session<Data>) -> String {
    let used = session.with(|session| session.data_mut().view_mut().views += 1);
    format!("seen: {}, late: {}", seen.is_some(), used == Err(SessionError::Late))
}

/// A look at what was worked with is none, and takes nothing away.
async fn used(session: Session<Data>, request: HttpRequest) -> Result<String, SessionError> {
    visit(session).await?;
    let looked = Seen::<Data>::extract(&request).await;
    Ok(format!("late: {}", matches!(looked, Err(SessionError::Late))))
}
