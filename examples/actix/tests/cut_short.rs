//! Requests that nobody waits for any more.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::App;
use crate::support::app::Kind;

/// Sends a request and breaks the connection when its handler is at work.
async fn broken(app: &App, path: &str) {
    let browser = app.browser();
    browser.post("/login/ada").await;
    let stream = browser.begin("GET", path, "", "").await;
    app.gate.arrived.acquire().await.expect("never closed").forget();
    // With a RST: nobody is there any more.
    stream.set_zero_linger().expect("a socket");
    drop(stream);
    app.gate.gone.acquire().await.expect("never closed").forget();
}

#[actix_web::test]
async fn a_request_that_is_cut_short_writes_nothing() {
    for kind in [Kind::Recommended, Kind::Express] {
        let app = App::start(kind).await;
        broken(&app, "/slow").await;
        assert_eq!(app.views(), 0, "{kind:?}");
    }
}

#[actix_web::test]
async fn what_it_has_saved_before_stays() {
    let app = App::start(Kind::Recommended).await;
    broken(&app, "/slow-save").await;
    assert_eq!(app.views(), 1, "of two");
}

#[actix_web::test]
async fn a_handler_that_panics_writes_nothing() {
    let app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    browser.post("/login/ada").await;
    let mut stream = browser.begin("GET", "/panic", "", "").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an end");
    assert_eq!((answer.as_str(), app.views()), ("", 0));
    assert_eq!(browser.get("/").await.body, "1 views", "others go on");
}

#[actix_web::test]
async fn who_only_has_nothing_more_to_say_is_not_cut_short() {
    let app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    browser.post("/login/ada").await;
    let mut stream = browser.begin("GET", "/slow", "", "").await;
    app.gate.arrived.acquire().await.expect("never closed").forget();
    stream.shutdown().await.expect("a socket");
    app.gate.open.add_permits(1);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    assert_eq!(app.views(), 1);
}
