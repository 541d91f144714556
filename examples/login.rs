//! A small web app with a login, for a browser: `cargo run --all-features --example login`.
//!
//! It shows how sessions go into a real server: they end when they should, a user sees them and ends them, and a page
//! that loads itself again keeps none alive. What it leaves out, a real app needs: passwords, HTTPS, and a store and
//! epochs that survive a restart.
//!
//! Environment: `PORT` (3000; 0 takes a free one), `SECRET` (of which keys are made, 32 bytes or more), `IDLE_SECONDS` (60)
//! and `ABSOLUTE_SECONDS` (300) after which a session ends, `FRESH_SECONDS` (120: for how long after a login sessions may
//! be ended), and `VERBOSE=1` (says what becomes of sessions, and why).

#![expect(clippy::std_instead_of_alloc, reason = "a program with std takes `Arc` from it")]

#[path = "login/listed.rs"]
mod listed;
#[path = "login/origin.rs"]
mod origin;
#[path = "login/pages.rs"]
mod pages;
#[path = "login/sessions.rs"]
mod sessions;

use core::error::Error;
use core::str::FromStr;
use std::env;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Json, Router, middleware};
use serde::Deserialize;
use session_core::{
    CookieName, CookieOptions, Handle, HeapStore, Key, Limits, Loaded, Policy, Principal, SameSite, Secure,
    SessionManager, SessionStore, StoreOp, Timestamp,
};
use tokio::net::TcpListener;

use origin::same_origin;
use sessions::{AppSession, Current, Failure, Seen, Sessions, new_id, passive, sessions};

/// What a session holds. Whose it is and since when, session-core knows by itself.
#[derive(Clone, Copy, Debug, Default)]
struct Visitor {
    /// How often the front page was seen.
    views: u32,
}

/// For plain HTTP on this machine; with HTTPS take [`CookieName::HOST_SID`] and [`CookieOptions::recommended`].
const COOKIE_NAME: &str = "login";
const COOKIE: CookieOptions<'_> = CookieOptions::new().secure(Secure::Auto).same_site(SameSite::Lax);
/// Keys are made of it where no secret was given; everybody knows it.
const DEMO_SECRET: &str = "keyboard cat, keyboard cat, keyboard cat";
/// More than this many sessions at a time are refused.
const MOST_SESSIONS: usize = 10_000;

async fn front(Extension(session): Extension<Current>) -> Result<Html<String>, Failure> {
    session.with(|session| {
        let Some(user) = session.principal().copied() else { return Ok(Html(pages::login("", None))) };
        session.data_mut().views += 1;
        Ok(Html(pages::welcome(&user, session.record(), Timestamp::now())))
    })
}

#[derive(Deserialize)]
struct Login {
    #[serde(default)]
    name: String,
    /// The page to go on with.
    #[serde(default)]
    then: String,
}

async fn log_in(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
    Form(form): Form<Login>,
) -> Result<Response, Failure> {
    let name = form.name.trim();
    let user = match name.parse::<Principal>() {
        Ok(user) => user,
        Err(error) => {
            let page = Html(pages::login(name, Some(error)));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    // Before the password is checked, which a real app does here: if another one is set meanwhile, and all sessions are
    // ended for it, this login is one of those that end.
    let epoch = app.epoch(&user);
    session.with(|session| {
        session.authenticated_in_epoch(user, epoch, new_id()?, Timestamp::now())?;
        // Nothing else from a form, or it would send users to other sites.
        Ok(Redirect::to(if form.then == "/sessions" { "/sessions" } else { "/" }).into_response())
    })
}

async fn log_out(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
) -> Result<Redirect, Failure> {
    session.with(|session| end(&app, session))
}

/// Ends the session of the request: now, since a browser that does not wait for the answer ends the request before its end.
fn end(app: &Sessions, session: &mut AppSession) -> Result<Redirect, Failure> {
    let answer = app.store().apply(session.destroy(), Timestamp::now())?;
    session.answered(answer);
    Ok(Redirect::to("/"))
}

async fn my_sessions(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
) -> Result<Response, Failure> {
    session.with(|session| Ok(list(&app, session, None)))
}

/// The sessions of whoever is logged in, if need be with what is wrong.
fn list(app: &Sessions, session: &AppSession, problem: Option<&str>) -> Response {
    let now = Timestamp::now();
    let Some(user) = session.principal() else { return Redirect::to("/").into_response() };
    let present = Handle::new(&app.handles, session.key());
    let may_end = session.is_fresh(app.fresh_for, now);
    Html(pages::sessions(user, &app.logged_in_as(user, now), present, may_end, problem, now)).into_response()
}

/// What is answered where the login is too long ago: OWASP ASVS 5.0, 7.5.2.
fn log_in_again(app: &Sessions, session: &AppSession) -> Response {
    (StatusCode::FORBIDDEN, list(app, session, Some("Nothing was ended, since you logged in too long ago.")))
        .into_response()
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    handle: String,
}

async fn end_one(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
    Form(form): Form<Named>,
) -> Result<Response, Failure> {
    session.with(|session| {
        let now = Timestamp::now();
        let Some(user) = session.principal() else { return Ok(Redirect::to("/").into_response()) };
        // A handle names and does not permit, so it is looked for among the user's own sessions.
        let named = form.handle.parse::<Handle>().ok();
        let found = app.logged_in_as(user, now).into_iter().find(|listed| Some(listed.handle) == named);
        match found {
            Some(found) if found.key == *session.key() => return Ok(end(&app, session)?.into_response()),
            Some(_) if !session.is_fresh(app.fresh_for, now) => return Ok(log_in_again(&app, session)),
            Some(found) => {
                app.store().apply(StoreOp::destroy(found.key), now)?;
            }
            // It has ended meanwhile.
            None => {}
        }
        Ok(Redirect::to("/sessions").into_response())
    })
}

async fn end_all(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
) -> Result<Response, Failure> {
    session.with(|session| {
        let Some(user) = session.principal().copied() else { return Ok(Redirect::to("/").into_response()) };
        if !session.is_fresh(app.fresh_for, Timestamp::now()) {
            return Ok(log_in_again(&app, session));
        }
        *app.epochs().entry(user).or_default() += 1;
        Ok(end(&app, session)?.into_response())
    })
}

/// How long the session lives on, without using it. With `?still` the page does not load itself again.
async fn watch(Extension(Seen(seen)): Extension<Seen>, uri: Uri) -> Html<String> {
    Html(pages::watch(seen.as_ref().map(Loaded::record), uri.query() == Some("still"), Timestamp::now()))
}

async fn who_is_online(State(app): State<Arc<Sessions>>, Extension(Seen(seen)): Extension<Seen>) -> Response {
    if seen.is_none_or(|seen| seen.record().principal().is_none()) {
        return Redirect::to("/").into_response();
    }
    let now = Timestamp::now();
    Html(pages::who_is_online(&app.logged_in(now), now)).into_response()
}

/// For programs: who am I?
async fn me(Extension(Seen(seen)): Extension<Seen>) -> Json<serde_json::Value> {
    let record = seen.as_ref().map(Loaded::record);
    let user = record.and_then(|record| record.principal()).map(Principal::as_str);
    Json(serde_json::json!({ "user": user, "views": record.map_or(0, |record| record.data().views) }))
}

fn routes(app: Arc<Sessions>) -> Router {
    let home = || async { Redirect::to("/") };
    let used = Router::new()
        .route("/", get(front))
        .route("/login", post(log_in).get(home))
        .route("/logout", post(log_out).get(home))
        .route("/sessions", get(my_sessions))
        .route("/sessions/end", post(end_one).get(home))
        .route("/sessions/end-all", post(end_all).get(home))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), sessions));
    let looked_at = Router::new()
        .route("/watch", get(watch))
        .route("/online", get(who_is_online))
        .route("/api/me", get(me))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), passive));
    used.merge(looked_at)
        .route("/style.css", get(|| async { ([(CONTENT_TYPE, "text/css")], include_str!("login/style.css")) }))
        .fallback(|| async { (StatusCode::NOT_FOUND, Html(pages::not_found())) })
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::map_response(|mut response: Response| async {
            let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                          base-uri 'none'; frame-ancestors 'none'";
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            response
        }))
        .with_state(app)
}

/// The app as the environment wants it, with its keys made of this secret.
fn app(secret: &str) -> Result<Sessions, Box<dyn Error>> {
    let [idle, absolute, fresh_for] = [("IDLE_SECONDS", 60_u32), ("ABSOLUTE_SECONDS", 300), ("FRESH_SECONDS", 120)]
        .map(|(name, default)| setting(name, default).map(|seconds| i64::from(seconds) * 1000));
    let (idle, absolute) = (idle?, absolute?);
    // So that the page is right about the end to the second; see `Limits::with_touch_after` for what a real app saves.
    let limits = Limits::new(idle, absolute).with_touch_after(1000.min(idle / 2));
    limits.check().map_err(|error| format!("IDLE_SECONDS and ABSOLUTE_SECONDS: {error}"))?;

    let advice = "`openssl rand -hex 32` makes one that is long enough";
    let key = |purpose| Key::derive(secret, purpose, COOKIE_NAME).map_err(|error| format!("SECRET: {error}\n{advice}"));
    let policy = Policy::recommended().with_limits(limits).with_epochs(true);
    let name = CookieName::new(COOKIE_NAME)?;
    Ok(Sessions {
        manager: SessionManager::new(policy, key(Key::SESSION_COOKIES)?.into(), name, COOKIE)?,
        store: Mutex::new(HeapStore::new(MOST_SESSIONS)),
        epochs: Mutex::default(),
        handles: key(Key::HANDLES)?,
        fresh_for: fresh_for?,
        verbose: setting("VERBOSE", 0_u8)? != 0,
    })
}

async fn run() -> Result<(), Box<dyn Error>> {
    let secret = setting("SECRET", DEMO_SECRET.to_owned())?;
    let port = setting("PORT", 3000_u16)?;
    let app = app(&secret)?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        let advice = "PORT=3001 in front of the command takes another one";
        format!("cannot listen on port {port} of 127.0.0.1: {error}\n{advice}")
    })?;
    if secret == DEMO_SECRET {
        println!("Keys are made of a secret that everybody knows; SECRET=… in front of the command sets yours.");
    }
    println!("Look at http://{}/ (Ctrl-C ends it)", listener.local_addr()?);
    let stop = async {
        // Without a signal to wait for, the program is ended in some other way.
        if tokio::signal::ctrl_c().await.is_err() {
            core::future::pending::<()>().await;
        }
    };
    Ok(axum::serve(listener, routes(Arc::new(app))).with_graceful_shutdown(stop).await?)
}

/// The value of an environment variable, or this one where it is not set.
fn setting<V: FromStr>(name: &str, default: V) -> Result<V, String> {
    match env::var(name) {
        Ok(text) if text.is_empty() => Err(format!("{name} is set but empty")),
        // No secret stands here: every text is one.
        Ok(text) => text.parse().map_err(|_| format!("{name}={text} is not understood")),
        Err(env::VarError::NotPresent) => Ok(default),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
