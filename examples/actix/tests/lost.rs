//! Two requests at a time: whoever comes too late is told, and its answer is not sent.

use crate::support::App;
use crate::support::app::Kind;
use crate::support::browser::Answer;

/// What a slow page answers if `meanwhile` another request comes and goes.
async fn slow(app: &App, page: &str, meanwhile: (&str, &str)) -> Answer {
    let browser = app.browser();
    browser.post("/login/ada").await;
    let other = browser.copy();
    let between = async {
        app.gate.arrived.acquire().await.expect("never closed").forget();
        let answer = other.send(meanwhile.0, meanwhile.1, "").await;
        assert_eq!(answer.status, 200);
        app.gate.open.add_permits(1);
    };
    tokio::join!(browser.get(page), between).0
}

#[actix_web::test]
async fn of_two_changes_the_second_is_told() {
    let app = App::start(Kind::Recommended).await;
    let answer = slow(&app, "/slow", ("GET", "/")).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("set-cookie")), (409, "", None));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(app.views(), 1);
}

#[actix_web::test]
async fn express_tells_nobody() {
    let app = App::start(Kind::Express).await;
    let answer = slow(&app, "/slow", ("GET", "/")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "slow"));
    assert_eq!(app.views(), 1, "two visits, one of them lost");
}

#[actix_web::test]
async fn a_logout_holds() {
    let app = App::start(Kind::Recommended).await;
    let answer = slow(&app, "/slow", ("POST", "/logout")).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (409, None));
    assert!(app.keys().is_empty());
}

#[actix_web::test]
async fn of_two_logouts_none_has_failed() {
    for kind in [Kind::Express, Kind::Recommended] {
        let app = App::start(kind).await;
        let answer = slow(&app, "/slow-logout", ("POST", "/logout")).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "bye"));
        assert!(app.keys().is_empty());
    }
}

/// The session has not ended: it goes on under another id.
#[actix_web::test]
async fn a_logout_that_crosses_a_login_is_told() {
    let app = App::start(Kind::Recommended).await;
    let answer = slow(&app, "/slow-logout", ("POST", "/login/bob")).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("set-cookie")), (503, "", None));
}
