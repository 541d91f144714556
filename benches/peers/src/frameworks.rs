//! Whole exchanges of tower-sessions and of actix-session.

use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::time::Duration;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, web};
use cookie::{Cookie, CookieJar};
use tower_sessions_core::session::{Expiry, Id};
use tower_sessions_memory_store::MemoryStore;

use paths::inputs::NAME;
use paths::{Call, Who};

/// Exchanges that read, and that change.
pub(crate) fn calls() -> Vec<Call> {
    let mut calls = vec![tower_id()];
    for (path, change) in [("exchange, read only", false), ("exchange, changed", true)] {
        calls.extend([tower(path, change), actix(path, change), actix_bare(path)]);
    }
    calls
}

/// Runs what never has to wait.
struct Ready(tokio::runtime::Runtime);

impl Ready {
    fn new() -> Self {
        Self(tokio::runtime::Builder::new_current_thread().build().expect("a runtime"))
    }

    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}

fn tower_id() -> Call {
    Call::new("new id from ChaCha20", Who::Tower, || Id::default().to_string())
}

/// What the layer of tower-sessions does with a private store and signed cookies, without the layer.
fn tower(path: &str, change: bool) -> Call {
    let (runtime, store, key) = (Ready::new(), Arc::new(MemoryStore::default()), cookie::Key::from(&[7; 64]));
    let expiry = || Some(Expiry::OnInactivity(Duration::minutes(20)));
    let new_session = || {
        let session = tower_sessions_core::Session::new(None, Arc::clone(&store), expiry());
        runtime.run(async { session.insert("views", 0_u32).await.and(session.save().await) }).expect("a store");
        session.id().expect("it was saved")
    };
    let ids: Vec<Id> = (0..64).map(|_| new_session()).collect();
    let id = ids.get(32).expect("one of 64").to_string();
    let mut jar = CookieJar::new();
    jar.signed_mut(&key).add((NAME, id));
    let header = jar.get(NAME).expect("it was added").encoded().to_string();

    Call::new(path, Who::Tower, move || {
        let mut jar = CookieJar::new();
        for cookie in Cookie::split_parse_encoded(black_box(header.as_str())).flatten() {
            jar.add_original(cookie.into_owned());
        }
        let id: Id = jar.signed(&key).get(NAME).and_then(|cookie| cookie.value().parse().ok()).expect("signed");
        let session = tower_sessions_core::Session::new(Some(id), Arc::clone(&store), expiry());
        runtime.run(async {
            let views = session.get::<u32>("views").await.expect("a store").expect("it was saved");
            if change {
                session.insert("views", views.wrapping_add(1)).await.expect("a number");
                session.save().await.expect("a store");
            }
        });
        let cookie = Cookie::build((NAME, session.id().expect("it has one").to_string()))
            .path("/")
            .max_age(session.expiry_age())
            .http_only(true)
            .secure(true)
            .same_site(cookie::SameSite::Lax);
        jar.signed_mut(&key).add(cookie);
        jar.delta().next().map(|cookie| cookie.encoded().to_string().len())
    })
}

/// A store in memory for actix-session, which has none.
#[derive(Clone, Default)]
struct Sessions(Rc<std::cell::RefCell<HashMap<String, HashMap<String, String>>>>);

const ACTIX_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        Ok(self.0.borrow().get(key.as_ref()).cloned())
    }

    async fn save(&self, state: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        self.0.borrow_mut().insert(ACTIX_KEY.into(), state);
        Ok(ACTIX_KEY.to_owned().try_into().expect("a key"))
    }

    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        self.0.borrow_mut().insert(key.as_ref().into(), state);
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        self.0.borrow_mut().remove(key.as_ref());
        Ok(())
    }
}

fn actix(path: &str, change: bool) -> Call {
    let (runtime, store) = (Ready::new(), Sessions::default());
    for number in 0..64 {
        let key = if number == 32 { ACTIX_KEY.to_owned() } else { format!("{number:064}") };
        store.0.borrow_mut().insert(key, HashMap::from([("views".to_owned(), "0".to_owned())]));
    }
    let key = actix_web::cookie::Key::from(&[7; 64]);
    let mut jar = actix_web::cookie::CookieJar::new();
    jar.signed_mut(&key).add(actix_web::cookie::Cookie::new(NAME, ACTIX_KEY));
    let cookie = jar.get(NAME).expect("it was added").encoded().to_string();

    let lifecycle = actix_session::config::PersistentSession::default()
        .session_ttl(Duration::minutes(20))
        .session_ttl_extension_policy(actix_session::config::TtlExtensionPolicy::OnEveryRequest);
    let middleware = SessionMiddleware::builder(store, key)
        .cookie_name(NAME.into())
        .cookie_content_security(actix_session::config::CookieContentSecurity::Signed)
        .session_lifecycle(lifecycle)
        .build();
    let handler = move |session: Session| async move {
        let views: u32 = session.get("views").expect("a number").expect("it was saved");
        if change {
            session.insert("views", views.wrapping_add(1)).expect("a number");
        }
        HttpResponse::Ok().finish()
    };
    let app = runtime.run(init_service(App::new().wrap(middleware).route("/cart", web::get().to(handler))));
    Call::new(path, Who::Actix, move || {
        let request = TestRequest::get().uri("/cart").insert_header(("cookie", black_box(cookie.as_str())));
        let response: ServiceResponse<_> = runtime.run(app.call(request.to_request())).expect("a response");
        assert!(response.headers().contains_key("set-cookie"));
        response
    })
}

/// The same app without sessions: what of the case above is not theirs.
fn actix_bare(path: &str) -> Call {
    let runtime = Ready::new();
    let handler = || async { HttpResponse::Ok().finish() };
    let app = runtime.run(init_service(App::new().route("/cart", web::get().to(handler))));
    Call::new(path, Who::ActixBare, move || {
        let request = TestRequest::get().uri("/cart").insert_header(("cookie", black_box("connect.sid=x")));
        runtime.run(app.call(request.to_request())).expect("a response")
    })
}
