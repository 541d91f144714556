//! Redis is away: that is never "nobody is logged in".

use crate::support::App;
use crate::support::app::Kind;

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

#[actix_web::test]
async fn what_could_not_be_stored_is_not_answered() {
    for kind in [Kind::Recommended, Kind::Express] {
        let mut app = App::start(kind).await;
        let browser = app.browser();
        browser.post("/login/ada").await;
        let gate = app.gate.clone();
        let between = async {
            gate.arrived.acquire().await.expect("never closed").forget();
            app.redis.kill();
            gate.open.add_permits(1);
        };
        let (answer, ()) = tokio::join!(browser.get("/slow"), between);
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
async fn a_use_that_could_not_be_noted_loses_no_answer() {
    let mut app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    browser.post("/login/ada").await;
    let [key] = &*app.keys() else { panic!("not one session") };
    redis::cmd("PEXPIRE").arg(key).arg(100_000).exec(&mut app.redis.client()).expect("redis is up");
    let gate = app.gate.clone();
    let between = async {
        gate.arrived.acquire().await.expect("never closed").forget();
        app.redis.kill();
        gate.open.add_permits(1);
    };
    let (answer, ()) = tokio::join!(browser.get("/slow-look"), between);
    assert_eq!((answer.status, answer.body.as_str()), (200, "slow"));
}
