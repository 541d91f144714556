//! Where the layer stands: in routers, around other services, twice, or not at all.

use core::convert::Infallible;

use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use axum::{Router, extract, response};
use http_body_util::{BodyExt, Full};
use session_core::{CookieOptions, Policy};
use session_core_axum::{SessionError, SessionLayer};
use tower::limit::ConcurrencyLimit;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::support::{Browser, Preset, Redis, Session, count, layer, log_in, manager, read, routes, store};

const NO_LAYER: &str = "no layer for sessions with these data stands around this route";

#[tokio::test]
async fn a_route_without_the_layer_says_so() {
    let answer = Browser::default().get(&Router::new().route("/", get(read)), "/").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, NO_LAYER));
}

#[tokio::test]
async fn a_cookie_for_a_part_of_the_site_is_for_that_part() {
    let redis = Redis::start();
    let policy = Policy::recommended().with_express_keys(true);
    let layer = SessionLayer::new(manager(policy, CookieOptions::new().path("/app")), store(&redis).await);
    let below = Router::new().route("/count", post(count)).route_layer(layer.clone());
    let routes = Router::new().nest("/app", below.clone()).merge(below);
    let mut ada = Browser::default();
    let answer = ada.post(&routes, "/app/count").await;
    assert!(answer.set_cookie()[0].contains("; Path=/app;"), "a router hides where it stands");
    assert_eq!(ada.post(&routes, "/app/count").await.ok(), "nobody 2");
    let answer = ada.post(&routes, "/count").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, NO_LAYER));
}

#[tokio::test]
async fn two_layers_are_one() {
    async fn between(
        session: Session,
        request: extract::Request,
        next: Next,
    ) -> Result<response::Response, SessionError> {
        count(session).await?;
        Ok(next.run(request).await)
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let routes = routes(layer.clone()).layer(middleware::from_fn(between)).layer(layer);
        let mut ada = Browser::default();
        assert_eq!(ada.post(&routes, "/count").await.set_cookie().len(), 1);
        assert_eq!(ada.post(&routes, "/count").await.ok(), "nobody 4", "{preset:?}");
        assert_eq!(redis.sessions().len(), 1);
    }
}

#[tokio::test]
async fn other_stacks_of_tower_have_sessions_too() {
    async fn counts(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
        let session = request.extensions().get::<Session>().unwrap().clone();
        let counted = count(session).await;
        Ok(counted.map_or_else(SessionError::answer, |text| Response::new(text.into())))
    }
    let mut redis = Redis::start();
    // One that may only be called when it is ready, as may its clones.
    let inner = ConcurrencyLimit::new(service_fn(counts), 8);
    let mut service = layer(Preset::Recommended, &redis).await.layer(inner);
    let mut cookie = String::new();
    for counted in ["nobody 1", "nobody 2"] {
        let request = Request::get("/").header("cookie", &cookie).body(Full::default()).unwrap();
        let answer = service.ready().await.unwrap().call(request).await.unwrap();
        if let Some(line) = answer.headers().get("set-cookie") {
            line.to_str().unwrap().split(';').next().unwrap().clone_into(&mut cookie);
        }
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), counted);
    }
    redis.kill();
    let request = Request::get("/").header("cookie", &cookie).body(Full::default()).unwrap();
    let answer = service.ready().await.unwrap().call(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(matches!(answer.extensions().get(), Some(SessionError::Store(_))), "for whoever makes a page of it");
    assert!(answer.into_body().collect().await.unwrap().to_bytes().is_empty());
}

#[tokio::test]
async fn a_service_that_fails_or_panics_writes_nothing() {
    async fn fails(request: Request<String>) -> Result<Response<String>, &'static str> {
        count(request.extensions().get::<Session>().unwrap().clone()).await.unwrap();
        if request.uri().path() == "/panic" {
            panic!("of the test");
        }
        Err("of the test")
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let service = layer.layer(service_fn(fails));
        let request = |path: &str| Request::get(path).body(String::new()).unwrap();
        assert_eq!(service.clone().oneshot(request("/fail")).await.unwrap_err(), "of the test");
        let panicked = tokio::spawn(service.oneshot(request("/panic"))).await;
        assert!(panicked.unwrap_err().is_panic(), "{preset:?}");
        assert!(redis.sessions().is_empty());
    }
}

#[tokio::test]
async fn an_error_of_the_handler_keeps_what_it_has_changed() {
    async fn refuses(session: Session) -> Result<(), (StatusCode, &'static str)> {
        count(session).await.map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, ""))?;
        Err((StatusCode::FORBIDDEN, "counted as a try"))
    }
    let redis = Redis::start();
    let layer = layer(Preset::Recommended, &redis).await;
    let routes = routes(layer.clone()).merge(Router::new().route("/refuses", post(refuses)).route_layer(layer));
    let mut ada = Browser::default();
    let answer = ada.post(&routes, "/refuses").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::FORBIDDEN, "counted as a try"));
    assert_eq!(ada.get(&routes, "/").await.ok(), "nobody 1");
}

#[tokio::test]
async fn a_layer_can_stand_around_a_method_alone() {
    let redis = Redis::start();
    let layer = layer(Preset::Recommended, &redis).await;
    let routes: Router = Router::new().route("/login/{name}", post(log_in).layer::<_, Infallible>(layer));
    let mut ada = Browser::default();
    assert_eq!(ada.post(&routes, "/login/ada").await.ok(), "ada 0");
}
