//! What the tests are written with.

mod browser;
mod http;
pub(crate) mod program;
mod redis;

use core::time::Duration;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use session_core::{
    CookieName, CookieOptions, Document, Fingerprint, Key, KeyRing, Policy, SameSite, Secure, SessionManager,
};
use session_core_axum::{SessionError, SessionLayer};
use session_core_redis::{RedisStore, Settings};
use tokio::sync::Notify;

pub(crate) use browser::{Answer, Browser};
pub(crate) use http::{Served, read_head, to_end};
pub(crate) use redis::Redis;

/// What the sessions of the tests hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Visitor {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    pub(crate) count: u32,
}

pub(crate) type Data = Document<Visitor>;
pub(crate) type Session = session_core_axum::Session<Data>;
pub(crate) type Seen = session_core_axum::Seen<Data>;
pub(crate) type Store = RedisStore<Data>;
pub(crate) type Manager = SessionManager<'static, Data, Vec<Key>>;

pub(crate) const SECRET: &str = "a secret of the tests that is long enough for a key";
/// No test comes near it.
pub(crate) const IDLE_MS: i64 = 900_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    Express,
    Recommended,
}

impl Preset {
    pub(crate) const BOTH: [Self; 2] = [Self::Express, Self::Recommended];

    pub(crate) fn manager(self) -> Manager {
        let options = CookieOptions::new().secure(Secure::Auto).same_site(SameSite::Lax);
        match self {
            Self::Express => {
                let policy = Policy::express(Fingerprint::of_document);
                manager(policy.with_resave(false).with_save_uninitialized(false), options.max_age(IDLE_MS))
            }
            Self::Recommended => manager(Policy::recommended().with_express_keys(true), options),
        }
    }
}

pub(crate) fn manager(policy: Policy<Data>, options: CookieOptions<'static>) -> Manager {
    let keys = KeyRing::new(Key::new(SECRET), Vec::new());
    SessionManager::new(policy, keys, CookieName::CONNECT_SID, options).unwrap()
}

/// A store that waits for the slowest machine.
pub(crate) async fn store(redis: &Redis) -> Store {
    store_with(redis, Duration::from_secs(60)).await
}

pub(crate) async fn store_with(redis: &Redis, patience: Duration) -> Store {
    let settings = Settings::documents().with_connection_timeout(patience).with_response_timeout(patience);
    RedisStore::connect_with(&[&redis.address()], "sess:", settings).await.unwrap()
}

pub(crate) async fn layer(preset: Preset, redis: &Redis) -> SessionLayer<Data> {
    SessionLayer::new(preset.manager(), store(redis).await)
}

/// A small program with a login, whose sessions are of this layer.
pub(crate) fn routes(layer: SessionLayer<Data>) -> Router {
    Router::new()
        .route("/", get(read))
        .route("/look", get(look))
        .route("/count", post(count))
        .route("/login/{name}", post(log_in))
        .route("/logout", post(log_out))
        .layer(layer)
}

pub(crate) async fn read(session: Session) -> Result<String, SessionError> {
    session.read(said).await
}

pub(crate) async fn count(session: Session) -> Result<String, SessionError> {
    session
        .update(|data| {
            data.view_mut().count += 1;
            said(data)
        })
        .await
}

pub(crate) async fn log_in(session: Session, Path(name): Path<String>) -> Result<String, SessionError> {
    match session.authenticated(name.parse().unwrap()).await {
        Err(SessionError::Login(session_core::LoginError::Preset)) => session.regenerate().await?,
        result => result?,
    }
    session
        .update(|data| {
            data.view_mut().user = Some(name);
            said(data)
        })
        .await
}

pub(crate) async fn log_out(session: Session) -> Result<String, SessionError> {
    session.destroy().await?;
    session.read(said).await
}

/// A place where a handler waits until a test has done something else.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Notify, Notify)>);

impl Gate {
    /// The handler: is here, and waits.
    pub(crate) async fn pass(&self) {
        self.0.0.notify_one();
        self.0.1.notified().await;
    }

    /// The test: waits until the handler is here.
    pub(crate) async fn arrived(&self) {
        self.0.0.notified().await;
    }

    /// The test: lets it go on.
    pub(crate) fn open(&self) {
        self.0.1.notify_one();
    }
}

/// `POST /slow` of a program with this layer: counts, waits at the gate, and answers.
pub(crate) fn slow(layer: SessionLayer<Data>, gate: &Gate) -> Router {
    let (gate, late_gate) = (gate.clone(), gate.clone());
    let counts = async move |session: Session| {
        let said = count(session).await?;
        gate.pass().await;
        Ok::<_, SessionError>(said)
    };
    let ends = async move |session: Session| {
        late_gate.pass().await;
        log_out(session).await
    };
    Router::new().route("/slow", post(counts)).route("/slow-logout", post(ends)).route_layer(layer)
}

async fn look(seen: Seen) -> String {
    seen.data().map_or_else(|| "nothing".to_owned(), said)
}

/// Who it is, and how often they have counted.
pub(crate) fn said(data: &Data) -> String {
    format!("{} {}", data.view().user.as_deref().unwrap_or("nobody"), data.view().count)
}
