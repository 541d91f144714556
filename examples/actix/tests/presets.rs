//! Who comes in, stays and goes out, under both presets.

use actix_web::http::header::{HeaderValue, SET_COOKIE};
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, test, web};
use session_core::Proxy;
use session_core_actix::{Sessions, sessions};
use session_core_redis::{RedisStore, StoreError};

use crate::support::app::{Data, Kind, manager};
use crate::support::handlers::visit;
use crate::support::start_redis;
use crate::support::{App, Browser};

#[actix_web::test]
async fn a_login_lasts_until_the_logout() {
    for kind in [Kind::Recommended, Kind::Express] {
        let app = App::start(kind).await;
        let browser = app.browser();
        assert_eq!(browser.get("/me").await.body, "nobody");
        assert_eq!(browser.get("/").await.body, "1 views");
        let before = browser.copy();
        assert_eq!(browser.post("/login/ada").await.body, "welcome");
        assert_eq!(browser.get("/me").await.body, "ada");
        assert_eq!(before.get("/me").await.body, "nobody", "the old id has ended ({kind:?})");
        let after = browser.copy();
        assert_eq!(browser.post("/logout").await.body, "bye");
        assert_eq!(after.get("/me").await.body, "nobody", "so has the new one ({kind:?})");
    }
}

#[actix_web::test]
async fn recommended_stores_what_there_is_and_removes_the_cookie() {
    let app = App::start(Kind::Recommended).await;
    let browser = app.browser();
    let answer = browser.get("/plain").await;
    assert_eq!((answer.header("set-cookie"), answer.header("cache-control")), (None, None));
    assert!(app.keys().is_empty());

    let answer = browser.post("/login/ada").await;
    let [line] = &*answer.all("set-cookie").collect::<Vec<_>>() else { panic!("not one cookie") };
    assert!(line.starts_with("sid=s%3A") && line.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{line}");
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_eq!(app.keys().len(), 1);

    let answer = browser.post("/logout").await;
    let line = answer.header("set-cookie").unwrap_or_default();
    assert!(line.starts_with("sid=; ") && line.contains("Max-Age=0"), "{line}");
    assert!(app.keys().is_empty());
}

#[actix_web::test]
async fn express_does_as_express() {
    let app = App::start(Kind::Express).await;
    let browser = app.browser();
    assert_eq!(browser.get("/plain").await.header("set-cookie"), None, "saveUninitialized is off");
    let answer = browser.post("/login/ada").await;
    let line = answer.header("set-cookie").unwrap_or_default();
    assert!(line.starts_with("connect.sid=s%3A") && line.contains("; Expires="), "{line}");
    assert_eq!(answer.header("cache-control"), None);
    assert_eq!(browser.post("/logout").await.header("set-cookie"), None);
    assert!(app.keys().is_empty());
}

#[actix_web::test]
async fn what_the_handler_sends_by_itself_stays() {
    let app = App::start(Kind::Recommended).await;
    let answer = app.browser().get("/cookies").await;
    let names: Vec<_> = answer.all("set-cookie").filter_map(|line| line.split('=').next()).collect();
    assert_eq!(names, ["theme", "language", "sid"]);
    assert!(answer.all("cache-control").eq(["max-age=60", "private, no-store"]));
}

#[actix_web::test]
async fn the_cookie_is_not_shown_by_what_logs_headers() {
    let app = App::start(Kind::Recommended).await;
    let routes = actix_web::App::new()
        .app_data(app.sessions.clone())
        .wrap(from_fn(sessions::<Data, _>))
        .route("/", web::get().to(visit));
    let service = test::init_service(routes).await;
    let response = test::call_service(&service, test::TestRequest::get().to_request()).await;
    assert!(response.headers().get(SET_COOKIE).is_some_and(HeaderValue::is_sensitive));
}

#[actix_web::test]
async fn each_worker_may_have_a_connection_of_its_own() {
    let redis = start_redis();
    let address = redis.address();
    let server = HttpServer::new(move || {
        let address = address.clone();
        actix_web::App::new()
            .data_factory(move || {
                let address = address.clone();
                async move {
                    let store = RedisStore::connect(&[&address], "sess:").await?;
                    let manager = manager(Kind::Recommended);
                    Ok::<_, StoreError>(Sessions { manager, store, proxy: Proxy::Ignored })
                }
            })
            .wrap(from_fn(sessions::<Data, _>))
            .route("/", web::get().to(visit))
    });
    let server = server.workers(2).disable_signals().bind(("127.0.0.1", 0)).expect("a free port");
    let browser = Browser::new(server.addrs().first().expect("it listens").port());
    actix_web::rt::spawn(server.run());
    for views in 1..=4 {
        assert_eq!(browser.get("/").await.body, format!("{views} views"));
    }
}

#[actix_web::test]
async fn nobody_logs_in_with_the_cookies_of_two() {
    let app = App::start(Kind::Recommended).await;
    let cookies = [app.browser(), app.browser()].map(async |browser| {
        browser.get("/").await;
        browser.cookies.take().remove("sid").expect("a cookie")
    });
    let [one, other] = cookies;
    let both = format!("Cookie: sid={}; sid={}\r\n", one.await, other.await);
    let answer = app.browser().send("POST", "/login/ada", &both).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (409, None));
}

#[actix_web::test]
async fn a_look_keeps_no_session_alive() {
    for kind in [Kind::Recommended, Kind::Express] {
        let app = App::start(kind).await;
        let browser = app.browser();
        browser.post("/login/ada").await;
        let [key] = &*app.keys() else { panic!("not one session") };
        let mut redis = app.redis.client();
        let left =
            |redis: &mut redis::Connection| redis::cmd("PTTL").arg(key).query::<i64>(redis).expect("redis is up");
        redis::cmd("PEXPIRE").arg(key).arg(100_000).exec(&mut redis).expect("redis is up");

        // Two middlewares are one.
        for path in ["/me", "/twice"] {
            let answer = browser.get(path).await;
            assert_eq!((answer.body.as_str(), answer.header("set-cookie")), ("ada", None));
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            assert!(left(&mut redis) <= 100_000, "{kind:?} {path}");
        }
        browser.get("/plain").await;
        assert!(left(&mut redis) > 100_000, "any other request is a use ({kind:?})");
    }
}

#[actix_web::test]
async fn a_user_is_signed_out_everywhere() {
    let app = App::start(Kind::Epochs).await;
    let (here, there) = (app.browser(), app.browser());
    here.post("/login/ada").await;
    there.post("/login/ada").await;
    app.sessions.store.end_all_of(&"ada".parse().expect("a name")).await.expect("redis is up");
    for browser in [&here, &there] {
        assert_eq!(browser.get("/me").await.body, "nobody");
    }
    here.post("/login/ada").await;
    assert_eq!(here.get("/me").await.body, "ada");
}

#[actix_web::test]
async fn a_secure_cookie_goes_out_where_the_proxy_says_https() {
    let app = App::start(Kind::Https).await;
    let through_proxy = |browser: Browser, proto: &'static str| async move {
        let header = format!("X-Forwarded-Proto: {proto}\r\n");
        browser.send("GET", "/", &header).await
    };
    let answer = through_proxy(app.browser(), "http").await;
    assert_eq!((answer.status, answer.header("set-cookie")), (500, None));
    assert!(app.keys().is_empty());
    let answer = through_proxy(app.browser(), "https").await;
    assert!(
        answer.header("set-cookie").is_some_and(|line| line.starts_with("__Host-sid=") && line.contains("; Secure"))
    );
}
