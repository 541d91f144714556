//! Several requests of one session at a time.

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use session_core::Lost;
use session_core_axum::SessionError;

use crate::support::{Answer, Browser, Gate, Preset, Redis, Session, layer, routes, said, slow};

/// A slow request that counts, with another one while it is at work.
async fn during_a_slow_count(preset: Preset, redis: &Redis, path: &str) -> (Router, Browser, Answer) {
    during("/slow", preset, redis, path).await
}

async fn during(slow_path: &str, preset: Preset, redis: &Redis, path: &str) -> (Router, Browser, Answer) {
    let (layer, gate) = (layer(preset, redis).await, Gate::default());
    let routes = routes(layer.clone()).merge(slow(layer, &gate));
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let slow_one = ada.clone();
    let other = async {
        gate.arrived().await;
        ada.post(&routes, path).await.ok();
        gate.open();
    };
    let (answer, ()) = tokio::join!(slow_one.ask(&routes, Request::post(slow_path)), other);
    (routes, ada, answer)
}

#[tokio::test]
async fn of_two_that_change_a_session_the_later_one_is_told() {
    let redis = Redis::start();
    let (routes, mut ada, answer) = during_a_slow_count(Preset::Recommended, &redis, "/count").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.text, "", "the handler's answer is not sent");
    assert!(answer.set_cookie().is_empty());
    assert_eq!((answer.header("cache-control"), answer.header("retry-after")), (Some("no-store"), None));
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 1");
}

#[tokio::test]
async fn with_express_the_later_one_wins() {
    let redis = Redis::start();
    let (routes, mut ada, answer) = during_a_slow_count(Preset::Express, &redis, "/count").await;
    assert_eq!(answer.ok(), "ada 1");
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 1");
}

#[tokio::test]
async fn a_slow_request_does_not_bring_back_what_has_ended() {
    let redis = Redis::start();
    let (routes, ada, answer) = during_a_slow_count(Preset::Recommended, &redis, "/logout").await;
    assert_eq!((answer.status, answer.set_cookie()), (StatusCode::CONFLICT, vec![]));
    assert!(redis.sessions().is_empty());
    assert!(ada.cookies.is_empty());
    drop(routes);
}

#[tokio::test]
async fn of_two_logouts_none_has_failed() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let (_, _, answer) = during("/slow-logout", preset, &redis, "/logout").await;
        assert_eq!(answer.ok(), "nobody 0", "{preset:?}");
        assert!(redis.sessions().is_empty());
    }
}

/// The session has not ended: it goes on under another id.
#[tokio::test]
async fn a_logout_that_crosses_a_login_is_told() {
    let redis = Redis::start();
    let (_, _, answer) = during("/slow-logout", Preset::Recommended, &redis, "/login/bob").await;
    assert_eq!((answer.status, answer.set_cookie()), (StatusCode::SERVICE_UNAVAILABLE, vec![]));
}

#[tokio::test]
async fn a_slow_request_does_not_overwrite_the_cookie_of_a_login() {
    let redis = Redis::start();
    let (routes, mut ada, answer) = during_a_slow_count(Preset::Recommended, &redis, "/login/bob").await;
    assert_eq!((answer.status, answer.set_cookie()), (StatusCode::CONFLICT, vec![]));
    ada.keep(&answer);
    assert_eq!(ada.get(&routes, "/").await.ok(), "bob 0");
}

#[tokio::test]
async fn many_at_a_time_lose_nothing_that_they_say_they_have_done() {
    let redis = Redis::start();
    let routes = routes(layer(Preset::Recommended, &redis).await);
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let visit = async || ada.ask(&routes, Request::post("/count")).await;
    let answers = futures_util::future::join_all((0..20).map(|_| visit())).await;
    let done = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert!(answers.iter().all(|answer| [StatusCode::OK, StatusCode::CONFLICT].contains(&answer.status)));
    assert!(done > 0);
    assert_eq!(ada.get(&routes, "/").await.ok(), format!("ada {done}"));
}

#[tokio::test]
async fn a_handler_can_merge_what_it_lost() {
    let redis = Redis::start();
    let (layer, gate) = (layer(Preset::Recommended, &redis).await, Gate::default());
    let merge = {
        let gate = gate.clone();
        async move |session: Session| {
            session.update(|data| data.view_mut().count += 1).await?;
            gate.pass().await;
            assert_eq!(session.save().await, Err(SessionError::Lost(Lost::Conflict)));
            session.reload().await?;
            let text = session
                .update(|data| {
                    data.view_mut().count += 1;
                    said(data)
                })
                .await?;
            session.save().await?;
            Ok::<_, SessionError>(text)
        }
    };
    let merges = Router::new().route("/merge", post(merge)).route_layer(layer.clone());
    let routes = routes(layer).merge(merges);
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let other = async {
        gate.arrived().await;
        ada.clone().post(&routes, "/count").await.ok();
        gate.open();
    };
    let (answer, ()) = tokio::join!(ada.ask(&routes, Request::post("/merge")), other);
    assert_eq!(answer.ok(), "ada 2");
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 2");
}

#[tokio::test]
async fn tasks_of_one_request_share_its_session() {
    async fn both(session: Session) -> Result<String, SessionError> {
        let add = async || session.update(|data| data.view_mut().count += 1).await;
        let (one, two, saved) = tokio::join!(add(), add(), session.save());
        one.and(two).and(saved)?;
        let clone = session.clone();
        tokio::spawn(async move { clone.update(|data| data.view_mut().count += 1).await }).await.unwrap()?;
        session.read(said).await
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let routes = routes(layer.clone()).merge(Router::new().route("/both", post(both)).route_layer(layer));
        let mut ada = Browser::default();
        assert_eq!(ada.post(&routes, "/both").await.ok(), "nobody 3");
        assert_eq!(ada.get(&routes, "/").await.ok(), "nobody 3", "{preset:?}");
    }
}
