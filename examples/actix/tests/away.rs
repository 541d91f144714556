//! Redis is away: that is never "nobody is logged in".

use core::time::Duration;

use crate::support::app::Kind;
use crate::support::browser::Answer;
use crate::support::{App, Browser};

#[actix_web::test]
async fn requests_fail_while_redis_is_away_and_go_on_when_it_is_back() {
    for kind in [Kind::Recommended, Kind::Express] {
        let mut app = App::start(kind).await;
        let browser = app.browser();
        browser.post("/login/ada").await;
        browser.get("/").await;
        app.redis.kill();
        for (method, path) in [("GET", "/"), ("GET", "/me"), ("GET", "/plain"), ("POST", "/logout")] {
            let answer = browser.send(method, path, "").await;
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{kind:?} {path}");
            assert_eq!((answer.body.as_str(), answer.header("set-cookie")), ("", None), "{kind:?} {path}");
        }
        app.redis.restart();
        assert_eq!(browser.get("/me").await.body, "ada", "{kind:?}");
        assert_eq!(browser.get("/").await.body, "2 views", "{kind:?}");
    }
}

/// What `path` answers if Redis goes away while its handler works; `noticed`: the store has noticed before it is asked.
async fn killed(app: &mut App, browser: &Browser, path: &str, noticed: bool) -> Answer {
    let (gate, other) = (app.gate.clone(), browser.copy());
    let between = async {
        gate.arrived.acquire().await.expect("never closed").forget();
        app.redis.kill();
        if noticed {
            assert_eq!(other.get("/").await.status, 503);
        }
        gate.open.add_permits(1);
    };
    tokio::join!(browser.get(path), between).0
}

#[actix_web::test]
async fn what_could_not_be_stored_is_not_answered() {
    for (kind, noticed) in [Kind::Recommended, Kind::Express].into_iter().flat_map(|kind| [(kind, false), (kind, true)])
    {
        let mut app = App::start(kind).await;
        let browser = app.browser();
        browser.post("/login/ada").await;
        let answer = killed(&mut app, &browser, "/slow", noticed).await;
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.body.as_str()),
            (503, Some("1"), ""),
            "{kind:?}"
        );
        app.redis.restart();
        assert_eq!(browser.get("/").await.body, "1 views", "nothing of it was kept ({kind:?})");
    }
}

#[actix_web::test]
async fn what_redis_does_not_answer_is_not_answered() {
    for kind in [Kind::Recommended, Kind::Express] {
        let app = App::with_patience(kind, Duration::from_secs(2)).await;
        let browser = app.browser();
        browser.post("/login/ada").await;
        let mut redis = app.redis.client();
        let between = async {
            app.gate.arrived.acquire().await.expect("never closed").forget();
            redis::cmd("CLIENT").arg(&["PAUSE", "3600000"]).exec(&mut redis).expect("redis is up");
            app.gate.open.add_permits(1);
        };
        let (answer, ()) = tokio::join!(browser.get("/slow"), between);
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.body.as_str()),
            (503, Some("1"), ""),
            "{kind:?}"
        );
        assert_eq!(answer.header("set-cookie"), None, "{kind:?}");
    }
}

#[actix_web::test]
async fn a_use_that_could_not_be_noted_loses_no_answer() {
    for noticed in [false, true] {
        let mut app = App::start(Kind::Recommended).await;
        let browser = app.browser();
        browser.post("/login/ada").await;
        let [key] = &*app.keys() else { panic!("not one session") };
        redis::cmd("PEXPIRE").arg(key).arg(100_000).exec(&mut app.redis.client()).expect("redis is up");
        let answer = killed(&mut app, &browser, "/slow-look", noticed).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "slow"));
    }
}
