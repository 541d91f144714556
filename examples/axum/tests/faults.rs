//! Redis away, hanging, or gone between two steps of a request.

use core::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use session_core::Lost;
use session_core_axum::{SessionError, SessionLayer};

use crate::support::{Answer, Browser, Gate, Preset, Redis, Session, layer, routes, slow, store_with};

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text);
    assert_eq!((answer.header("retry-after"), answer.header("cache-control")), (Some("1"), Some("no-store")));
    assert_eq!((answer.set_cookie(), answer.text.as_str()), (vec![], ""));
}

#[tokio::test]
async fn redis_away_is_no_session_of_nobody_and_what_was_there_comes_back() {
    for preset in Preset::BOTH {
        let mut redis = Redis::start();
        let routes = routes(layer(preset, &redis).await);
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        ada.post(&routes, "/count").await.ok();
        redis.kill();
        for path in ["/", "/look"] {
            assert_unavailable(&ada.get(&routes, path).await);
        }
        for path in ["/count", "/logout", "/login/bob"] {
            assert_unavailable(&ada.post(&routes, path).await);
        }
        // Who has no cookie needs no Redis until something is put in.
        assert_eq!(Browser::default().get(&routes, "/").await.ok(), "nobody 0");
        assert_unavailable(&Browser::default().post(&routes, "/count").await);
        redis.restart();
        assert_eq!(ada.post(&routes, "/count").await.ok(), "ada 2", "{preset:?}");
    }
}

#[tokio::test]
async fn no_handler_is_at_work_when_it_turns_out_that_redis_is_away() {
    async fn panics(_: Session) {
        panic!("it was called");
    }
    let mut redis = Redis::start();
    let layer = layer(Preset::Recommended, &redis).await;
    let routes = routes(layer.clone()).merge(Router::new().route("/panics", post(panics)).layer(layer));
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    redis.kill();
    assert_unavailable(&ada.post(&routes, "/panics").await);
}

#[tokio::test]
async fn a_program_starts_without_redis() {
    let mut redis = Redis::start();
    redis.kill();
    let routes = routes(layer(Preset::Recommended, &redis).await);
    let mut ada = Browser::default();
    assert_unavailable(&ada.post(&routes, "/login/ada").await);
    redis.restart();
    assert_eq!(ada.post(&routes, "/login/ada").await.ok(), "ada 0");
}

#[tokio::test]
async fn redis_that_goes_during_a_request_leaves_the_handlers_answer_unsent() {
    for preset in Preset::BOTH {
        let mut redis = Redis::start();
        let (layer, gate) = (layer(preset, &redis).await, Gate::default());
        let routes = routes(layer.clone()).merge(slow(layer, &gate));
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        let killer = async {
            gate.arrived().await;
            redis.kill();
            gate.open();
        };
        let (answer, ()) = tokio::join!(ada.ask(&routes, Request::post("/slow")), killer);
        assert_unavailable(&answer);
        redis.restart();
        assert_eq!(ada.get(&routes, "/").await.ok(), "ada 0", "{preset:?}");
    }
}

#[tokio::test]
async fn what_was_not_noted_of_a_use_costs_no_answer() {
    for (preset, refuses) in [(Preset::Express, true), (Preset::Recommended, true), (Preset::Recommended, false)] {
        let mut redis = Redis::start();
        let (layer, gate) = (layer(preset, &redis).await, Gate::default());
        let reads = {
            let gate = gate.clone();
            async move |session: Session| {
                let said = crate::support::read(session).await?;
                gate.pass().await;
                Ok::<_, SessionError>(said)
            }
        };
        let reads = Router::new().route("/reads", post(reads)).route_layer(layer.clone());
        let routes = routes(layer).merge(reads);
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        // A use is to be noted: the last one was long ago.
        let (name, _) = redis.session();
        let _: () = redis.says(&["PEXPIRE", &name, "600000"]);
        let fault = async {
            gate.arrived().await;
            if refuses {
                // It says no to each write.
                let _: () = redis.says(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
            } else {
                redis.kill();
            }
            gate.open();
        };
        let (answer, ()) = tokio::join!(ada.ask(&routes, Request::post("/reads")), fault);
        assert_eq!(answer.ok(), "ada 0", "{preset:?}");
        if !refuses {
            redis.restart();
        }
        assert_eq!(ada.get(&routes, "/").await.ok(), "ada 0");
        if refuses {
            let left: i64 = redis.says(&["PTTL", &name]);
            assert!((1..=600_000).contains(&left), "{left}");
            assert_unavailable(&ada.post(&routes, "/count").await);
        }
    }
}

#[tokio::test]
async fn redis_that_hangs_is_not_waited_for() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let gate = Gate::default();
        let patient = routes(layer(preset, &redis).await);
        let impatient = SessionLayer::new(preset.manager(), store_with(&redis, Duration::from_secs(2)).await);
        let routes = routes(impatient.clone()).merge(slow(impatient, &gate));
        let mut ada = Browser::default();
        ada.post(&patient, "/login/ada").await.ok();
        let hanger = async {
            gate.arrived().await;
            redis.hang(true);
            gate.open();
        };
        // It was sent, and nobody says whether it was done: not even Express's rules make that a good answer.
        let (answer, ()) = tokio::join!(ada.ask(&routes, Request::post("/slow")), hanger);
        assert_unavailable(&answer);
        assert_unavailable(&ada.get(&routes, "/look").await);
        redis.hang(false);
        assert!(["ada 0", "ada 1"].contains(&ada.get(&patient, "/").await.ok().as_str()), "{preset:?}");
    }
}

#[tokio::test]
async fn a_logout_that_redis_has_not_confirmed_is_none() {
    for preset in Preset::BOTH {
        let mut redis = Redis::start();
        let (layer, gate) = (layer(preset, &redis).await, Gate::default());
        let ends = {
            let gate = gate.clone();
            async move |session: Session| {
                gate.pass().await;
                session.destroy().await
            }
        };
        let routes = routes(layer.clone()).merge(Router::new().route("/ends", post(ends)).route_layer(layer));
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        let killer = async {
            gate.arrived().await;
            redis.kill();
            gate.open();
        };
        let (answer, ()) = tokio::join!(ada.ask(&routes, Request::post("/ends")), killer);
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{preset:?}");
        assert!(answer.set_cookie().is_empty() && answer.header("retry-after").is_some());
        redis.restart();
        assert_eq!(ada.post(&routes, "/logout").await.ok(), "nobody 0");
        assert!(redis.sessions().is_empty());
    }
}

#[tokio::test]
async fn a_save_that_redis_did_not_take_is_an_error_then_and_at_the_end() {
    let mut redis = Redis::start();
    let (layer, gate) = (layer(Preset::Recommended, &redis).await, Gate::default());
    let saves = {
        let gate = gate.clone();
        async move |session: Session| {
            session.update(|data| data.view_mut().count += 1).await?;
            gate.pass().await;
            assert!(matches!(session.save().await, Err(SessionError::Store(_) | SessionError::Lost(Lost::Unknown))));
            Ok::<_, SessionError>("passed over")
        }
    };
    let routes = routes(layer.clone()).merge(Router::new().route("/saves", post(saves)).route_layer(layer));
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let killer = async {
        gate.arrived().await;
        redis.kill();
        gate.open();
    };
    let (answer, ()) = tokio::join!(ada.ask(&routes, Request::post("/saves")), killer);
    assert_unavailable(&answer);
    redis.restart();
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 0");
}

#[tokio::test]
async fn a_document_that_is_none_is_no_session_and_stays() {
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let routes = routes(layer(preset, &redis).await);
        let mut ada = Browser::default();
        ada.post(&routes, "/login/ada").await.ok();
        let (name, _) = redis.session();
        let _: () = redis.says(&["SET", &name, "garbage"]);
        assert_eq!(ada.get(&routes, "/").await.ok(), "nobody 0", "{preset:?}");
        assert_eq!(redis.says::<String>(&["GET", &name]), "garbage");
        assert_eq!(ada.post(&routes, "/login/ada").await.ok(), "ada 0");
        assert_eq!(ada.get(&routes, "/").await.ok(), "ada 0");
    }
}
