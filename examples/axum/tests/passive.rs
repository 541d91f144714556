//! What only looks at a session keeps it as it is.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use session_core_axum::SessionError;

use crate::support::{Browser, IDLE_MS, Preset, Redis, Seen, Session, layer, routes, said};

#[tokio::test]
async fn a_look_is_no_use() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let routes = routes(layer(preset, &redis).await);
        let mut ada = Browser::default();
        assert_eq!(ada.get(&routes, "/look").await.ok(), "nothing");
        ada.post(&routes, "/login/ada").await.ok();
        let (name, document) = redis.session();
        let _: () = redis.says(&["PEXPIRE", &name, "400000"]);

        let answer = ada.get(&routes, "/look").await;
        assert_eq!((answer.set_cookie(), answer.header("cache-control")), (vec![], Some("private, no-store")));
        assert_eq!(answer.ok(), "ada 0", "{preset:?}");
        let left: i64 = redis.says(&["PTTL", &name]);
        assert!((1..=400_000).contains(&left), "{left}");
        assert_eq!(redis.session(), (name.clone(), document));

        // Whereas this is one.
        ada.get(&routes, "/").await.ok();
        let left: i64 = redis.says(&["PTTL", &name]);
        assert!((400_001..=IDLE_MS).contains(&left), "{left}");
    }
}

#[tokio::test]
async fn the_end_of_a_session_is_seen() {
    let redis = Redis::start();
    let routes = routes(layer(Preset::Recommended, &redis).await);
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let before = ada.clone();
    ada.post(&routes, "/login/ada").await.ok();
    assert_eq!(before.clone().get(&routes, "/look").await.ok(), "nothing", "it moved");
    assert_eq!(ada.get(&routes, "/look").await.ok(), "ada 0");
    ada.post(&routes, "/logout").await.ok();
    assert_eq!(before.clone().get(&routes, "/look").await.ok(), "nothing");
}

#[tokio::test]
async fn a_look_needs_its_layer() {
    let routes = Router::new().route("/", get(|seen: Seen| async move { format!("{seen:?}") }));
    let answer = Browser::default().get(&routes, "/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.text, "no layer for sessions with these data stands around this route");
    let redis = Redis::start();
    let routes = routes.layer(layer(Preset::Recommended, &redis).await);
    assert_eq!(Browser::default().get(&routes, "/").await.ok(), "Seen(None)");
}

#[tokio::test]
async fn a_look_before_or_after_a_use_sees_what_is_stored() {
    async fn both(before: Seen, session: Session, after: Seen) -> Result<String, SessionError> {
        session.update(|data| data.view_mut().count += 1).await?;
        let later = session.look().await?.map(|loaded| said(loaded.record().data()));
        assert_eq!((before.data(), later.as_deref()), (after.data(), after.data().map(said).as_deref()));
        Ok(format!("{:?} {}", later, session.read(said).await?))
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let routes = routes(layer.clone()).merge(Router::new().route("/both", get(both)).layer(layer));
        let mut ada = Browser::default();
        assert_eq!(ada.get(&routes, "/both").await.ok(), "None nobody 1", "{preset:?}");
        assert_eq!(ada.get(&routes, "/both").await.ok(), r#"Some("nobody 1") nobody 2"#);
    }
}

#[tokio::test]
async fn what_asks_for_no_session_asks_redis_nothing() {
    let mut redis = Redis::start();
    let layer = layer(Preset::Recommended, &redis).await;
    let routes = routes(layer.clone()).merge(Router::new().route("/style.css", get(|| async { "css" })).layer(layer));
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    redis.kill();
    assert_eq!(ada.get(&routes, "/style.css").await.ok(), "css");
}
