//! What a session is to a visitor: login, logout, and what stays of it, under both presets.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use session_core::{LoginError, Lost};
use session_core_axum::{SessionError, SessionLayer};

use crate::support::{Browser, Data, Preset, Redis, Session, layer, routes, said, store};

#[tokio::test]
async fn a_visitor_logs_in_counts_and_logs_out() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let routes = routes(layer(preset, &redis).await);
        let mut ada = Browser::default();

        let answer = ada.get(&routes, "/").await;
        assert_eq!((answer.set_cookie(), answer.header("cache-control")), (vec![], None), "{preset:?}");
        assert_eq!(answer.ok(), "nobody 0");
        assert!(redis.sessions().is_empty(), "an empty session is stored");

        assert_eq!(ada.post(&routes, "/login/ada").await.ok(), "ada 0");
        assert_eq!(ada.post(&routes, "/count").await.ok(), "ada 1");
        assert_eq!(ada.post(&routes, "/count").await.ok(), "ada 2");
        assert_eq!(ada.get(&routes, "/").await.ok(), "ada 2");
        let (_, document) = redis.session();
        assert_eq!((&document["user"], &document["count"]), (&"ada".into(), &2.into()));

        let before = ada.clone();
        assert_eq!(ada.post(&routes, "/logout").await.ok(), "nobody 0");
        assert!(redis.sessions().is_empty());
        assert_eq!(ada.cookies.is_empty(), preset == Preset::Recommended, "Express leaves the cookie");
        for mut browser in [ada, before] {
            assert_eq!(browser.get(&routes, "/").await.ok(), "nobody 0");
        }
    }
}

#[tokio::test]
async fn an_id_that_was_known_before_a_login_opens_nothing() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let routes = routes(layer(preset, &redis).await);
        let mut ada = Browser::default();
        ada.post(&routes, "/count").await.ok();
        let mut mallory = ada.clone();
        let answer = ada.post(&routes, "/login/ada").await;
        // What was in the session before goes on with Ada: a cart, say.
        assert_eq!(answer.ok(), if preset == Preset::Recommended { "ada 1" } else { "ada 0" });
        assert_ne!(ada.cookies, mallory.cookies);
        assert_eq!(mallory.get(&routes, "/").await.ok(), "nobody 0", "{preset:?}");
        assert_eq!(ada.get(&routes, "/look").await.ok().split(' ').next(), Some("ada"));
    }
}

#[tokio::test]
async fn an_id_that_the_store_does_not_know_is_not_taken_over() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let routes = routes(layer(preset, &redis).await);
        let mut planted = Browser::default();
        planted.post(&routes, "/count").await.ok();
        let _: () = redis.says(&["FLUSHALL"]);
        let mut victim = planted.clone();
        victim.post(&routes, "/count").await.ok();
        assert_ne!(victim.cookies, planted.cookies, "{preset:?}");
    }
}

#[tokio::test]
async fn what_another_program_put_into_a_session_stays() {
    let redis = Redis::start();
    let routes = routes(layer(Preset::Express, &redis).await);
    let mut ada = Browser::default();
    ada.post(&routes, "/count").await.ok();
    let (name, mut document) = redis.session();
    document["passport"] = serde_json::json!({ "user": [1, 2] });
    let _: () = redis.says(&["SET", &name, &document.to_string(), "KEEPTTL"]);
    ada.post(&routes, "/count").await.ok();
    let (_, document) = redis.session();
    assert_eq!((&document["count"], &document["passport"]["user"][1]), (&2.into(), &2.into()));
}

#[tokio::test]
async fn a_new_id_keeps_the_data_or_not() {
    async fn renew(session: Session) -> Result<String, SessionError> {
        session.renew_id().await?;
        session.read(said).await
    }
    async fn regenerate(session: Session) -> Result<String, SessionError> {
        session.regenerate().await?;
        session
            .update(|data| {
                data.view_mut().count += 10;
                said(data)
            })
            .await
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let more = Router::new().route("/renew", post(renew)).route("/regenerate", post(regenerate));
        let routes = routes(layer.clone()).merge(more.route_layer(layer));
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        let at_first = ada.clone();
        assert_eq!(ada.post(&routes, "/renew").await.ok(), "ada 0", "{preset:?}");
        let renewed = ada.clone();
        assert_eq!(ada.post(&routes, "/regenerate").await.ok(), "nobody 10");
        assert_eq!(ada.get(&routes, "/").await.ok(), "nobody 10");
        assert!(at_first.cookies != renewed.cookies && renewed.cookies != ada.cookies);
        for mut old in [at_first, renewed] {
            assert_eq!(old.get(&routes, "/look").await.ok(), "nothing");
        }
        assert_eq!(redis.sessions().len(), 1);
    }
}

#[tokio::test]
async fn what_is_asked_of_a_session_that_has_ended_is_an_error() {
    async fn after_the_end(session: Session) -> Result<(), SessionError> {
        session.destroy().await?;
        assert_eq!(session.save().await, Err(SessionError::Ended));
        assert_eq!(session.renew_id().await, Err(SessionError::Ended));
        assert_eq!(session.regenerate().await, Err(SessionError::Ended));
        assert_eq!(session.reload().await, Err(SessionError::NotLoaded));
        session.update(|data| data.view_mut().count = 100).await
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let ends = Router::new().route("/end", post(after_the_end)).route_layer(layer.clone());
        let routes = routes(layer).merge(ends);
        let mut ada = Browser::default();
        ada.post(&routes, "/count").await.ok();
        ada.post(&routes, "/end").await.ok();
        assert!(redis.sessions().is_empty(), "{preset:?}");
    }
}

#[tokio::test]
async fn only_the_recommended_preset_knows_logins() {
    async fn log_in(session: Session) -> Result<(), SessionError> {
        session.authenticated("ada".parse().unwrap()).await
    }
    let redis = Redis::start();
    let routes = Router::new().route("/", post(log_in)).route_layer(layer(Preset::Express, &redis).await);
    let answer = Browser::default().post(&routes, "/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(SessionError::Login(LoginError::Preset).status(), answer.status);
    assert_eq!(SessionError::Lost(Lost::Conflict).status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_user_who_is_signed_out_everywhere_is_logged_out() {
    async fn log_in(session: Session) -> Result<(), SessionError> {
        let ada = "ada".parse().unwrap();
        let epoch = session.epoch(&ada).await?;
        assert_eq!(session.authenticated(ada).await, Err(SessionError::Login(LoginError::NeedsEpoch)));
        session.authenticated_in_epoch(ada, epoch).await?;
        session.update(|data| data.view_mut().user = Some("ada".to_owned())).await?;
        session.save().await?;
        session.reload().await?;
        assert_eq!(session.principal().await?, Some(ada));
        Ok(())
    }
    let redis = Redis::start();
    let policy = session_core::Policy::recommended().with_express_keys(true).with_epochs(true);
    let manager = std::sync::Arc::new(crate::support::manager(policy, session_core::CookieOptions::new()));
    let store = store(&redis).await;
    let layer = SessionLayer::<Data>::new(manager, store.clone());
    let enter = Router::new().route("/enter", post(log_in)).route_layer(layer.clone());
    let routes = routes(layer).merge(enter);
    let (mut ada, mut elsewhere) = (Browser::default(), Browser::default());
    ada.post(&routes, "/enter").await.ok();
    elsewhere.post(&routes, "/enter").await.ok();
    assert_eq!(elsewhere.get(&routes, "/").await.ok(), "ada 0");

    store.end_all_of(&"ada".parse().unwrap()).await.unwrap();
    for mut browser in [ada, elsewhere] {
        assert_eq!(browser.get(&routes, "/look").await.ok(), "nothing");
        assert_eq!(browser.get(&routes, "/").await.ok(), "nobody 0");
        browser.post(&routes, "/enter").await.ok();
        assert_eq!(browser.get(&routes, "/").await.ok(), "ada 0");
    }
}
