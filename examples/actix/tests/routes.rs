//! What becomes of a session for each kind of answer, and for handlers that ask for what is not to be had.

use crate::support::App;
use crate::support::app::Kind;

#[actix_web::test]
async fn the_session_is_kept_whatever_the_status_says() {
    let app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    let answer = browser.get("/teapot").await;
    assert_eq!(answer.status, 418);
    assert!(answer.header("set-cookie").is_some());
    assert_eq!(app.views(), 1);
    let answer = browser.get("/error").await;
    assert_eq!((answer.status, answer.body.as_str()), (410, "no tea"));
    assert_eq!(app.views(), 2);
    assert_eq!(browser.get("/abandoned").await.status, 410);
    assert_eq!(app.views(), 2, "a handler can say otherwise");
}

#[actix_web::test]
async fn an_error_of_the_session_is_an_answer_of_the_programs_error() {
    let mut app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    browser.get("/").await;
    app.redis.kill();
    assert_eq!(browser.get("/error").await.status, 503);
}

#[actix_web::test]
async fn nothing_is_kept_where_a_middleware_within_fails() {
    let app = App::start(Kind::Recommended).await;
    let answer = app.browser().get("/forbidden").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("set-cookie")), (403, "not today", None));
    assert!(app.keys().is_empty());
}

#[actix_web::test]
async fn a_body_comes_too_late_for_the_session() {
    let app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    browser.get("/").await;
    let answer = browser.get("/late").await;
    assert!(answer.status == 200 && answer.body.contains("late: true"), "{}", answer.body);
    assert_eq!(app.views(), 1);
}

#[actix_web::test]
async fn an_upgrade_carries_the_cookie() {
    let app = App::start(Kind::Recommended).await;
    let answer = app.browser().send("GET", "/upgrade", "Upgrade: echo\r\n").await;
    assert!(answer.status == 101 && answer.body.contains("late: true"), "{}", answer.body);
    assert!(answer.header("set-cookie").is_some());
    assert_eq!(app.views(), 1);
}

#[actix_web::test]
async fn what_is_not_to_be_had_is_a_typed_error() {
    let app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    assert_eq!(browser.get("/bare").await.status, 500, "no middleware");
    assert_eq!(browser.get("/within").await.body, "busy: true");
    browser.get("/").await;
    assert_eq!(browser.get("/both").await.body, "seen: true, late: true");
    assert_eq!(app.views(), 1);
}

#[actix_web::test]
async fn what_was_worked_with_is_not_looked_at() {
    let app = App::start(Kind::Recommended).await;
    assert_eq!(app.browser().get("/used").await.body, "late: true");
    assert_eq!(app.views(), 1);
}

#[actix_web::test]
async fn what_is_saved_can_go_on() {
    for kind in [Kind::Recommended, Kind::Express] {
        let app = App::start(kind).await;
        let answer = app.browser().get("/save").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "2 views"), "{kind:?}");
        assert_eq!(app.views(), 2, "{kind:?}");
    }
}

#[actix_web::test]
async fn what_the_store_does_not_take_is_the_programs_fault() {
    let app = App::start(Kind::Recommended).await;
    let answer = app.browser().get("/long").await;
    assert_eq!((answer.status, answer.header("retry-after"), answer.body.as_str()), (500, None, ""));
}
