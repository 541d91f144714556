//! The demo program.

use crate::support::Browser;
use crate::support::browser::Answer;
use crate::support::program::Program;
use crate::support::start_redis;

async fn submit(browser: &Browser, path: &str, form: &str) -> Answer {
    browser.submit(path, "Sec-Fetch-Site: same-origin\r\n", form).await
}

fn json(answer: &Answer) -> serde_json::Value {
    assert_eq!(answer.status, 200);
    serde_json::from_str(&answer.body).expect("json")
}

#[actix_web::test]
async fn visitors_come_are_counted_and_go() {
    for preset in ["recommended", "express"] {
        let redis = start_redis();
        let program = Program::start(&redis, preset);
        let ada = program.browser();
        assert!(ada.get("/").await.body.contains("<form"), "{preset}");
        assert!(ada.cookies.borrow().is_empty(), "{preset}");
        let answer = submit(&ada, "/login", "name=ada").await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{preset}");
        assert!(ada.cookies.borrow().keys().eq(["connect.sid", "presence"]), "{preset}");
        assert!(ada.get("/").await.body.contains("<bdi>ada</bdi>"), "{preset}");
        ada.get("/").await;
        let me = json(&ada.get("/api/me").await);
        assert_eq!(me, serde_json::json!({ "server": "actix", "user": "ada", "views": 2 }), "{preset}");
        assert_eq!(submit(&ada, "/logout", "").await.status, 303, "{preset}");
        assert_eq!(json(&ada.get("/api/me").await)["user"], serde_json::Value::Null, "{preset}");
    }
}

#[actix_web::test]
async fn an_admin_sees_who_is_online_and_ends_a_session() {
    let redis = start_redis();
    let program = Program::start(&redis, "recommended");
    let (ada, admin) = (program.browser(), program.browser());
    submit(&ada, "/login", "name=ada").await;
    assert_eq!(program.browser().get("/api/online").await.status, 401);
    assert_eq!(ada.get("/api/online").await.status, 403);
    submit(&admin, "/login", "name=admin").await;
    assert!(admin.get("/online").await.body.contains("<bdi>ada</bdi>"));
    let online = json(&admin.get("/api/online").await);
    let listed = online.as_array().and_then(|all| all.iter().find(|one| one["user"] == "ada")).expect("she is online");
    let handle = format!("handle={}", listed["handle"].as_str().expect("a handle"));
    assert_eq!(submit(&ada, "/online/end", &handle).await.status, 403);
    assert_eq!(submit(&admin, "/online/end", &handle).await.status, 303);
    assert_eq!(json(&ada.get("/api/me").await)["user"], serde_json::Value::Null);
    assert_eq!(json(&admin.get("/api/me").await)["user"], "admin");
}

#[actix_web::test]
async fn a_friend_hears_one_bit_and_others_nothing() {
    let redis = start_redis();
    let program = Program::start(&redis, "recommended");
    let ada = program.browser();
    submit(&ada, "/login", "name=ada").await;
    let asks = async |origin: &str| ada.send("GET", "/presence", &format!("Origin: {origin}\r\n")).await;
    let answer = asks("http://friend.example").await;
    assert_eq!(json(&answer), serde_json::json!({ "loggedIn": true }));
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://friend.example"));
    assert_eq!((answer.header("vary"), answer.header("cache-control")), (Some("Origin"), Some("no-store")));
    assert_eq!(asks("http://stranger.example").await.status, 403);

    let mut redis = redis.client();
    let [place] = &*redis::cmd("KEYS").arg("presence:*").query::<Vec<String>>(&mut redis).expect("redis is up") else {
        panic!("not one presence")
    };
    redis::cmd("PEXPIRE").arg(place).arg(100_000).exec(&mut redis).expect("redis is up");
    ada.get("/").await;
    let left: i64 = redis::cmd("PTTL").arg(place).query(&mut redis).expect("redis is up");
    assert!(left > 100_000, "it stays as long as the session");

    let presence = ada.copy();
    submit(&ada, "/logout", "").await;
    let answer = presence.send("GET", "/presence", "Origin: http://friend.example\r\n").await;
    assert_eq!(json(&answer), serde_json::json!({ "loggedIn": false }));
}

#[actix_web::test]
async fn forms_of_other_sites_are_refused() {
    let redis = start_redis();
    let program = Program::start(&redis, "recommended");
    let browser = program.browser();
    assert_eq!(browser.submit("/login", "Sec-Fetch-Site: cross-site\r\n", "name=ada").await.status, 403);
    assert!(browser.cookies.borrow().is_empty());
}

#[actix_web::test]
async fn while_redis_is_away_there_is_a_page_that_says_so() {
    let mut redis = start_redis();
    let program = Program::start(&redis, "recommended");
    let ada = program.browser();
    submit(&ada, "/login", "name=ada").await;
    redis.kill();
    let answer = ada.get("/").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(
        answer.header("content-type").is_some_and(|of| of.starts_with("text/html")) && answer.body.contains("</html>")
    );
    assert_eq!(ada.get("/style.css").await.status, 200, "what has no session needs no redis");
    assert_eq!(ada.get("/nowhere").await.status, 404);
    redis.restart();
    assert_eq!(json(&ada.get("/api/me").await)["user"], "ada");
}
