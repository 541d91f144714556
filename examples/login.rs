//! A small web app with a login, for a browser: `cargo run --all-features --example login`.
//!
//! It shows how sessions go into a real server. What it leaves out, a real one needs: passwords, HTTPS (and with it
//! `Secure` cookies), a check that its forms are what posts to it, and a store that survives a restart.
//!
//! Environment: `PORT` (3000; 0 takes a free one), `SECRET` (what cookies are signed with), `MAX_AGE_SECONDS` (1800: how
//! long a session lives after its last use) and `VERBOSE=1` (says why sessions are stored and cookies sent).

#![expect(clippy::std_instead_of_alloc, reason = "a program with std takes `Arc` from it")]

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
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, SET_COOKIE};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Json, Router, middleware};
use serde::{Deserialize, Serialize};
use session_core::{
    CookieName, CookieOptions, Fingerprint, HeapStore, Key, Policy, SameSite, SessionManager, SessionStore, Timestamp,
};
use tokio::net::TcpListener;

use sessions::{Current, Failure, Sessions, new_id, sessions};

/// What a session knows of its user.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Visitor {
    /// The name, once logged in.
    user: Option<String>,
    /// How often the front page was seen since then.
    views: u32,
    /// When that was, in ms since 1970.
    since: i64,
}

const POLICY: Policy<Visitor> =
    Policy::express(Fingerprint::of_json).with_resave(false).with_save_uninitialized(false).with_rolling(true);
const COOKIE: CookieOptions<'_> = CookieOptions::new().http_only(true).same_site(SameSite::Lax);
/// Signs where no secret was given; everybody knows it.
const DEMO_SECRET: &str = "keyboard cat";
/// More than this many sessions at a time are refused.
const MOST_SESSIONS: usize = 10_000;
const LONGEST_NAME: usize = 40;

async fn front(Extension(session): Extension<Current>) -> Result<Html<String>, Failure> {
    session.with(|session| {
        if session.data().user.is_none() {
            return Ok(Html(pages::login("", None)));
        }
        session.data_mut().views += 1;
        Ok(Html(pages::welcome(session.data())))
    })
}

#[derive(Deserialize)]
struct Login {
    #[serde(default)]
    name: String,
}

impl Login {
    fn problem(&self) -> Option<&'static str> {
        match self.name.trim().chars().count() {
            0 => Some("Please type a name."),
            length if length > LONGEST_NAME => Some("Please type a shorter name."),
            _ => None,
        }
    }
}

async fn log_in(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
    Form(form): Form<Login>,
) -> Result<Response, Failure> {
    let name = form.name.trim();
    if let Some(problem) = form.problem() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(pages::login(name, Some(problem)))).into_response());
    }
    session.with(|session| {
        let now = Timestamp::now();
        // A new id, so that nobody who knew the old one is logged in with this user.
        if let Some(op) = session.regenerate(new_id()?, now)? {
            app.store().apply(op, now)?;
        }
        *session.data_mut() = Visitor { user: Some(name.to_owned()), views: 0, since: now.as_unix_ms() };
        Ok(Redirect::to("/").into_response())
    })
}

async fn log_out(
    State(app): State<Arc<Sessions>>,
    Extension(session): Extension<Current>,
) -> Result<Response, Failure> {
    session.with(|session| {
        app.store().apply(session.destroy(), Timestamp::now())?;
        let removal = app.manager.removal_cookie(session)?.to_string();
        Ok((AppendHeaders([(SET_COOKIE, removal)]), Redirect::to("/")).into_response())
    })
}

/// The store is read here, not the session of the one who asks.
async fn who_is_online(State(app): State<Arc<Sessions>>) -> Html<String> {
    let now = Timestamp::now();
    let store = app.store();
    let sessions = store.all(now).map(|(_, record)| (record.data(), record.cookie().expiry()));
    let mut visitors: Vec<_> = sessions.filter(|(visitor, _)| visitor.user.is_some()).collect();
    visitors.sort_by_key(|(visitor, _)| visitor.since);
    Html(pages::who_is_online(&visitors, now))
}

/// For programs: who am I?
async fn me(Extension(session): Extension<Current>) -> Result<Json<serde_json::Value>, Failure> {
    session.with(|session| {
        let Visitor { user, views, .. } = session.data();
        Ok(Json(serde_json::json!({ "user": user, "views": views })))
    })
}

fn routes(app: Arc<Sessions>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/login", post(log_in).get(|| async { Redirect::to("/") }))
        .route("/logout", post(log_out).get(|| async { Redirect::to("/") }))
        .route("/online", get(who_is_online))
        .route("/api/me", get(me))
        // What is above has a session, what is below has none.
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), sessions))
        .route("/style.css", get(|| async { ([(CONTENT_TYPE, "text/css")], include_str!("login/style.css")) }))
        .fallback(|| async { (StatusCode::NOT_FOUND, Html(pages::not_found())) })
        .layer(middleware::map_response(|mut response: Response| async {
            let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                          base-uri 'none'; frame-ancestors 'none'";
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            response
        }))
        .with_state(app)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let secret = setting("SECRET", DEMO_SECRET.to_owned())?;
    let max_age = setting("MAX_AGE_SECONDS", 30 * 60_u32)?;
    let port = setting("PORT", 3000_u16)?;

    let options = COOKIE.max_age(i64::from(max_age) * 1000);
    let app = Sessions {
        manager: SessionManager::new(POLICY, Key::new(&secret).into(), CookieName::CONNECT_SID, options)?,
        store: Mutex::new(HeapStore::new(MOST_SESSIONS)),
        verbose: setting("VERBOSE", 0_u8)? != 0,
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        let advice = "PORT=3001 in front of the command takes another one";
        format!("cannot listen on port {port} of 127.0.0.1: {error}\n{advice}")
    })?;
    if secret == DEMO_SECRET {
        println!("Cookies are signed with a secret that everybody knows; SECRET=… in front of the command sets yours.");
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
