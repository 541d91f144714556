//! An app whose handlers ask one question each.

use core::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use serde::{Deserialize, Serialize};
use session_core::{
    CookieName, CookieOptions, Document, Fingerprint, Key, KeyRing, Policy, Proxy, SameSite, Secure, SessionManager,
};
use session_core_actix::{Sessions, sessions};
use session_core_redis::{RedisStore, Settings};
use tokio::sync::Semaphore;

use super::Browser;
use super::handlers::{routes, visit};
use super::servers::Server;
use super::start_redis;

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
    pub(crate) async fn pass(&self) {
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
        let redis = start_redis();
        let gate = Gate { arrived: Semaphore::new(0), open: Semaphore::new(0), gone: Semaphore::new(0) };
        let gate = web::Data::new(gate);
        let settings = Settings::documents().with_connection_timeout(patience).with_response_timeout(patience);
        let store = RedisStore::connect_with(&[&redis.address()], "sess:", settings).await.expect("an address");
        let all = web::Data::new(Sessions {
            manager: manager(kind),
            store,
            proxy: if kind == Kind::Https { Proxy::Trusted } else { Proxy::Ignored },
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
        Kind::Epochs => SessionManager::new(Policy::recommended().with_epochs(true), derived(sid), sid, options),
        Kind::Https => {
            let name = CookieName::HOST_SID;
            SessionManager::new(Policy::recommended(), derived(name), name, CookieOptions::recommended())
        }
    };
    manager.expect("they fit")
}
