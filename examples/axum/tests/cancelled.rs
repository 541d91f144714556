//! Requests that do not come to their end: what they have written, and what not.

use core::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::COOKIE;
use axum::routing::post;
use session_core_axum::{SessionError, SessionLayer};
use tokio::sync::oneshot;
use tower::ServiceExt;

use crate::support::{Browser, Data, Gate, Preset, Redis, Served, Session, count, layer, routes, slow};

/// Routes that count, do what a handler asks for by name, and then wait at the gate for ever.
fn stuck(layer: SessionLayer<Data>, gate: &Gate) -> Router {
    let saves = {
        let gate = gate.clone();
        async move |session: Session| {
            count(session.clone()).await?;
            session.save().await?;
            count(session).await?;
            gate.pass().await;
            Ok::<_, SessionError>(())
        }
    };
    let ends = {
        let gate = gate.clone();
        async move |session: Session| {
            session.destroy().await?;
            gate.pass().await;
            Ok::<_, SessionError>(())
        }
    };
    let renews = {
        let gate = gate.clone();
        async move |session: Session| {
            session.renew_id().await?;
            gate.pass().await;
            Ok::<_, SessionError>(())
        }
    };
    Router::new()
        .route("/saves", post(saves))
        .route("/ends", post(ends))
        .route("/renews", post(renews))
        .route_layer(layer)
}

#[tokio::test]
async fn only_what_was_asked_for_by_name_is_done() {
    for preset in Preset::BOTH {
        // With Express a new id ends the old session there and then; the recommended preset leaves all of it to the end.
        let renewed = if preset == Preset::Recommended { "ada 0" } else { "nobody 0" };
        for (path, left) in [("/slow", "ada 0"), ("/saves", "ada 1"), ("/ends", "nobody 0"), ("/renews", renewed)] {
            let (redis, gate) = (Redis::start(), Gate::default());
            let layer = layer(preset, &redis).await;
            let routes = routes(layer.clone()).merge(slow(layer.clone(), &gate)).merge(stuck(layer, &gate));
            let mut ada = Browser::default();
            ada.post(&routes, "/login/ada").await.ok();
            let request = Request::post(path).header(COOKIE, ada.cookie()).body(Body::empty()).unwrap();
            tokio::select! {
                answer = routes.clone().oneshot(request) => panic!("{answer:?}"),
                () = gate.arrived() => {}
            }
            assert_eq!(ada.get(&routes, "/").await.ok(), left, "{preset:?} {path}");
        }
    }
}

#[tokio::test]
async fn a_visitor_who_goes_away_ends_the_request() {
    let (redis, gate) = (Redis::start(), Gate::default());
    let layer = layer(Preset::Recommended, &redis).await;
    let (dropped, has_dropped) = oneshot::channel::<()>();
    let dropped = std::sync::Mutex::new(Some(dropped));
    let stuck = {
        let gate = gate.clone();
        async move |session: Session| {
            let _sender = dropped.lock().unwrap().take();
            count(session).await?;
            gate.pass().await;
            Ok::<_, SessionError>(())
        }
    };
    let stuck = std::sync::Arc::new(stuck);
    let stuck = Router::new().route("/stuck", post(move |session| async move { stuck(session).await }));
    let routes = routes(layer.clone()).merge(stuck.route_layer(layer));
    let served = Served::start(routes.clone()).await;
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();

    let stream = served.send("POST /stuck", &ada.cookie()).await;
    gate.arrived().await;
    drop(stream);
    // The handler is dropped, and with it what is at the other end of this.
    assert!(has_dropped.await.is_err());
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 0");
}

#[tokio::test]
async fn a_timeout_around_the_layer_writes_nothing() {
    let (redis, gate) = (Redis::start(), Gate::default());
    let layer = layer(Preset::Recommended, &redis).await;
    let routes = routes(layer.clone()).merge(slow(layer, &gate));
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let request = Request::post("/slow").header(COOKIE, ada.cookie()).body(Body::empty()).unwrap();
    let timed = tower::timeout::Timeout::new(routes.clone(), Duration::from_millis(100));
    assert!(timed.oneshot(request).await.unwrap_err().is::<tower::timeout::error::Elapsed>());
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 0");
}

#[tokio::test]
async fn a_write_that_was_sent_may_be_done_or_not() {
    for preset in Preset::BOTH {
        let (redis, gate) = (Redis::start(), Gate::default());
        let layer = layer(preset, &redis).await;
        let routes = routes(layer.clone()).merge(slow(layer, &gate));
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        let hanger = async {
            gate.arrived().await;
            redis.hang(true);
            gate.open();
            // The store waits longer than this for its answer.
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        tokio::select! {
            answer = ada.ask(&routes, Request::post("/slow")) => panic!("{answer:?}"),
            () = hanger => {}
        }
        redis.hang(false);
        // One of both, and a session that can be used.
        let after = ada.get(&routes, "/").await.ok();
        assert!(["ada 0", "ada 1"].contains(&after.as_str()), "{preset:?}: {after}");
        ada.post(&routes, "/count").await.ok();
    }
}
