//! A server that shares its sessions with an Express app: `tests/interop/app.mjs` is the same in Node.
//!
//! `tests/interop/interop.mjs` runs both against each other. Only a test has such a door to its store.
//!
//! - `GET /session`: the session's id and data
//! - `PUT /session/NAME`: puts the JSON of the body into the session
//! - `GET /store/ID`: the stored document, as Node would read it from a database
//! - `PUT /store/ID`: puts such a document there
//! - `POST /login`: logs in whom the body names (with `PRESET=recommended`)

#![expect(clippy::std_instead_of_alloc, reason = "a program with std takes `Arc` from it")]

use core::error::Error;
use std::env;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post, put};
use getrandom::SysRng;
use serde_json::{Map, Value, json};
use session_core::{
    CookieName, CookieOptions, Document, Fingerprint, HeapStore, Key, KeyRing, Policy, Record, Request, SameSite,
    Session, SessionId, SessionManager, SessionStore, StoreOp, Timestamp,
};
use tokio::net::TcpListener;

const POLICY: Policy<Document> =
    Policy::express(Fingerprint::of_document).with_resave(false).with_save_uninitialized(false);
const OPTIONS: CookieOptions<'_> = CookieOptions::new().same_site(SameSite::Lax);

struct App {
    manager: SessionManager<'static, Document, Vec<Key>>,
    store: Mutex<HeapStore<Document>>,
}

impl App {
    fn store(&self) -> MutexGuard<'_, HeapStore<Document>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request: the session is opened, `work` changes it, and the answer says what is in it.
    fn exchange(
        &self,
        headers: &HeaderMap,
        work: impl FnOnce(&mut Session<'_, Document, u64>) -> Result<(), Failure>,
    ) -> Result<Response, Failure> {
        let now = Timestamp::now();
        let mut store = self.store();
        let pending = self.manager.receive(Request::new(headers.get_all(COOKIE), "/")).ok_or("no session for /")?;
        let mut session = pending.open_from(&mut *store, now, || SessionId::try_generate(&mut SysRng))?;

        work(&mut session)?;
        let answer = json!({ "id": session.id().as_str(), "data": data(session.data())? }).to_string();

        let outcome = session.close(now);
        let stored = outcome.op().map(|op| store.apply(op, now)).transpose()?;
        let settled = outcome.settle(stored);
        let line = self.manager.set_cookie(&settled)?.map(|line| (SET_COOKIE, line.to_string()));
        Ok((AppendHeaders(line), [(CONTENT_TYPE, "application/json")], answer).into_response())
    }
}

fn data(document: &Document) -> Result<Map<String, Value>, serde_json::Error> {
    let json = |name| document.get_json(name).unwrap_or("null");
    document.names().map(|name| Ok((name.to_owned(), serde_json::from_str(json(name))?))).collect()
}

async fn read(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Failure> {
    app.exchange(&headers, |_| Ok(()))
}

async fn change(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Failure> {
    app.exchange(&headers, |session| Ok(session.data_mut().set_json(&name, &body)?))
}

async fn log_in(State(app): State<Arc<App>>, headers: HeaderMap, name: String) -> Result<Response, Failure> {
    let id = SessionId::try_generate(&mut SysRng)?;
    app.exchange(&headers, |session| Ok(session.authenticated(name.parse()?, id, Timestamp::now())?))
}

async fn stored(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Failure> {
    Ok(match app.store().load(&id.parse()?, Timestamp::now())? {
        Some(loaded) => loaded.record().to_json()?.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

async fn put_stored(State(app): State<Arc<App>>, Path(id): Path<String>, body: String) -> Result<StatusCode, Failure> {
    let record = Record::<Document>::from_json(&body)?;
    app.store().apply(StoreOp::put(id.parse()?, &record), Timestamp::now())?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whatever goes wrong here makes the test fail.
struct Failure(Box<dyn Error>);

impl<E: Into<Box<dyn Error>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let secrets = env::var("SECRETS")?;
    let mut keys = secrets.lines().map(Key::new);
    let ring = KeyRing::new(keys.next().ok_or("SECRETS holds no secret")?, keys.collect());
    let (policy, options) = match env::var("PRESET").as_deref() {
        Ok("recommended") => (Policy::recommended().with_express_keys(true), OPTIONS),
        _ => (POLICY, OPTIONS.max_age(600_000)),
    };
    let manager = SessionManager::new(policy, ring, CookieName::CONNECT_SID, options)?;
    let app = Arc::new(App { manager, store: Mutex::new(HeapStore::new(100)) });
    let routes = Router::new()
        .route("/session", get(read))
        .route("/session/{name}", put(change))
        .route("/login", post(log_in))
        .route("/store/{id}", get(stored).put(put_stored))
        .with_state(app);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, routes).await?)
}
