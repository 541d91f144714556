//! The handlers.

use core::fmt;

use actix_web::body::MessageBody;
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorForbidden;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Path};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, ResponseError};
use session_core::Timestamp;
use session_core_actix::{Seen, Session, SessionError, Sessions, new_id, sessions};

use super::app::{Data, Gate, Kind};

pub(crate) fn routes(config: &mut web::ServiceConfig) {
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
        .route("/slow-logout", web::get().to(slow_log_out))
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

async fn me(Seen(seen): Seen<Data>) -> String {
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
        Kind::Epochs => {
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

async fn slow_log_out(session: Session<Data>, gate: web::Data<Gate>) -> Result<&'static str, SessionError> {
    gate.pass().await;
    log_out(session).await
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
