//! The demo program, as its visitors see it.

use crate::support::program::{Program, Said, Visitor};
use crate::support::{IDLE_MS, Redis};

const OTHER: &str = "http://other.example";
const PRESETS: [&str; 2] = ["express", "recommended"];

fn start(redis: &Redis, preset: &str) -> Program {
    Program::start(redis, &[("PRESET", preset), ("PRESENCE_ORIGINS", OTHER)])
}

fn log_in(program: &Program, name: &str) -> Visitor {
    let mut visitor = Visitor::default();
    let said = visitor.post(program, "/login", &format!("name={name}"));
    assert_eq!((said.status, said.header("location")), (303, vec!["/"]), "{}", said.body);
    visitor
}

/// Asks as the script of a page of this origin does.
fn asked(program: &Program, visitor: &mut Visitor, origin: &str) -> Said {
    visitor.ask(program, "GET", "/presence", &[("origin", origin), ("sec-fetch-site", "cross-site")], "")
}

#[test]
fn visits_are_counted_for_whoever_is_logged_in() {
    for preset in PRESETS {
        let redis = Redis::start();
        let program = start(&redis, preset);
        let mut ada = Visitor::default();
        assert!(ada.get(&program, "/").body.contains("<form method=\"post\" action=\"/login\">"));
        assert!(redis.sessions().is_empty() && ada.cookie("connect.sid").is_none());
        let mut ada = log_in(&program, "ada");
        assert!(ada.get(&program, "/").body.contains("<strong>1</strong> time, says <strong>axum</strong>"));
        let page = ada.get(&program, "/").body;
        assert!(page.contains("Hello, <bdi>ada</bdi>") && page.contains("<strong>2</strong> times"), "{page}");
        let me = ada.get(&program, "/api/me");
        assert_eq!(me.json(), serde_json::json!({ "server": "axum", "user": "ada", "views": 2 }));
        assert_eq!(me.header("cache-control"), ["private, no-store"]);

        assert_eq!(ada.post(&program, "/logout", "").status, 303);
        assert_eq!(ada.get(&program, "/api/me").json()["user"], serde_json::Value::Null, "{preset}");
        assert!(redis.sessions().is_empty());
    }
}

#[test]
fn a_name_is_shown_as_it_is_and_may_not_be_too_long() {
    let redis = Redis::start();
    let program = start(&redis, "recommended");
    let mut eve = log_in(&program, "%20%3Cscript%3E%22%27%26%20");
    assert!(eve.get(&program, "/").body.contains("Hello, <bdi>&lt;script&gt;&quot;&#39;&amp;</bdi>"));
    for (name, problem) in [(String::new(), "Please type a name."), ("%3C".repeat(64), "Please type a shorter name")] {
        let said = Visitor::default().post(&program, "/login", &format!("name={name}"));
        assert_eq!(said.status, 422);
        assert!(said.body.contains(problem) && !said.body.contains("<<"), "{}", said.body);
    }
}

#[test]
fn another_user_finds_nothing_of_the_first_one() {
    for preset in PRESETS {
        let redis = Redis::start();
        let program = start(&redis, preset);
        let mut visitor = log_in(&program, "ada");
        visitor.get(&program, "/");
        // As Express leaves it: nothing but this name tells whose it is.
        let (name, mut document) = redis.session();
        document.as_object_mut().unwrap().remove("sessionCore");
        let _: () = redis.says(&["SET", &name, &document.to_string(), "KEEPTTL"]);
        visitor.post(&program, "/login", "name=bob");
        assert_eq!(visitor.get(&program, "/api/me").json()["views"], 0, "{preset}");
    }
}

#[test]
fn forms_of_other_sites_are_refused() {
    let redis = Redis::start();
    let program = start(&redis, "recommended");
    let mut ada = log_in(&program, "ada");
    for path in ["/login", "/logout", "/online/end"] {
        for headers in [&[("sec-fetch-site", "same-site")][..], &[("origin", OTHER)], &[]] {
            assert_eq!(ada.ask(&program, "POST", path, headers, "name=eve").status, 403, "{path}");
        }
    }
    assert_eq!(ada.get(&program, "/api/me").json()["user"], "ada");
    let origin = program.origin();
    assert_eq!(ada.ask(&program, "POST", "/logout", &[("origin", &origin)], "").status, 303);
}

#[test]
fn who_is_online_is_for_admins_and_keeps_nobody_logged_in() {
    for preset in PRESETS {
        let redis = Redis::start();
        let program = start(&redis, preset);
        let mut ada = log_in(&program, "ada");
        ada.get(&program, "/");
        for (visitor, status) in [(&mut Visitor::default(), 401), (&mut ada, 403)] {
            assert_eq!(visitor.get(&program, "/online").status, status);
            assert_eq!(visitor.get(&program, "/api/online").status, status);
            assert_eq!(visitor.post(&program, "/online/end", "handle=").status, status);
        }
        let keys: Vec<String> = redis.says(&["KEYS", "sess:*"]);
        let _: () = redis.says(&["PEXPIRE", &keys[0], "300000"]);

        let mut admin = log_in(&program, "admin");
        let said = admin.get(&program, "/api/online");
        let listed = said.json();
        let users: Vec<_> = listed.as_array().unwrap().iter().map(|session| session["user"].as_str()).collect();
        assert_eq!(users, [Some("ada"), Some("admin")], "{preset}");
        let (idle, left) = (&listed[0]["idle_seconds"], &listed[0]["ends_in_seconds"]);
        assert!((599..=900).contains(&idle.as_u64().unwrap()) && left.as_u64().unwrap() < 300, "{listed}");
        let page = admin.get(&program, "/online").body;
        for text in [&said.body, &page] {
            assert!(keys.iter().all(|key| !text.contains(key.trim_start_matches("sess:"))), "an id is shown");
        }
        assert!(redis.says::<i64>(&["PTTL", &keys[0]]) <= 300_000, "a look is no use");

        let handle = listed[0]["handle"].as_str().unwrap();
        assert!(page.contains(handle));
        for (handle, left) in [("no handle", 2), ("AAAAAAAAAAAAAAAA", 2), (handle, 1)] {
            let said = admin.post(&program, "/online/end", &format!("handle={handle}"));
            assert_eq!((said.status, said.header("location")), (303, vec!["/online"]));
            assert_eq!(admin.get(&program, "/api/online").json().as_array().unwrap().len(), left);
        }
        assert_eq!(ada.get(&program, "/api/me").json()["user"], serde_json::Value::Null);
    }
}

#[test]
fn another_site_hears_one_bit_if_it_may() {
    for preset in PRESETS {
        let redis = Redis::start();
        let program = start(&redis, preset);
        let mut ada = log_in(&program, "ada");
        let line = |value: &str| format!("presence={value}; Path=/presence; HttpOnly; Secure; SameSite=None");
        let again = ada.post(&program, "/login", "name=ada");
        assert_eq!(again.header("set-cookie")[0], line(ada.cookie("presence").unwrap()));
        let keys: Vec<String> = redis.says(&["KEYS", "sess:*"]);
        for key in &keys {
            let _: () = redis.says(&["PEXPIRE", key, "300000"]);
        }

        let said = asked(&program, &mut ada, OTHER);
        assert_eq!((said.status, said.body.as_str()), (200, r#"{"loggedIn":true}"#), "{preset}");
        assert_eq!(said.header("access-control-allow-origin"), [OTHER]);
        assert_eq!(said.header("access-control-allow-credentials"), ["true"]);
        assert_eq!((said.header("cache-control"), said.header("vary")), (vec!["no-store"], vec!["Origin"]));
        assert!(said.header("set-cookie").is_empty());
        assert!(keys.iter().all(|key| redis.says::<i64>(&["PTTL", key]) <= 300_000), "it is no use of the session");
        for origin in ["http://other.example:80", "https://other.example", "http://example", "null", ""] {
            let said = asked(&program, &mut ada, origin);
            assert_eq!((said.status, said.header("vary")), (403, vec!["Origin"]), "{origin}");
            assert!(said.header("access-control-allow-origin").is_empty() && !said.body.contains("true"));
        }
        assert_eq!(asked(&program, &mut Visitor::default(), OTHER).body, r#"{"loggedIn":false}"#);

        // The presence follows the session: in use it lasts, and at its end it ends.
        let notes: Vec<String> = redis.says(&["KEYS", "presence:*"]);
        for note in &notes {
            let _: () = redis.says(&["PEXPIRE", note, "300000"]);
        }
        ada.get(&program, "/");
        let longest = notes.iter().map(|note| redis.says::<i64>(&["PTTL", note])).max().unwrap();
        assert!((300_001..=IDLE_MS).contains(&longest), "{longest}");
        let mut before = ada.clone();
        let out = ada.post(&program, "/logout", "");
        assert!(out.header("set-cookie")[0].starts_with("presence=; Max-Age=0; Path=/presence; Expires="));
        assert!(ada.cookie("presence").is_none());
        assert_eq!(asked(&program, &mut before, OTHER).body, r#"{"loggedIn":false}"#);
    }
}

#[test]
fn a_presence_cookie_can_be_one_for_each_site() {
    let redis = Redis::start();
    let program = Program::start(&redis, &[("PRESENCE_COOKIE", "partitioned")]);
    let said = Visitor::default().post(&program, "/login", "name=ada");
    assert!(said.header("set-cookie")[0].contains("; Partitioned"), "{said:?}");
}

#[test]
fn redis_away_is_503_and_the_same_session_goes_on_when_it_is_back() {
    for preset in PRESETS {
        let mut redis = Redis::start();
        let program = start(&redis, preset);
        let mut ada = log_in(&program, "ada");
        ada.get(&program, "/");
        redis.kill();
        for path in ["/", "/api/me", "/online"] {
            let said = ada.get(&program, path);
            assert_eq!((said.status, said.header("retry-after")), (503, vec!["1"]), "{preset} {path}");
            assert!(said.body.contains("nothing is lost") && said.header("set-cookie").is_empty());
        }
        assert_eq!(asked(&program, &mut ada, OTHER).status, 503);
        assert_eq!(ada.post(&program, "/logout", "").status, 503);
        redis.restart();
        assert!(ada.get(&program, "/").body.contains("<strong>2</strong> times"), "{preset}");
    }
}

#[test]
fn what_does_not_fit_is_said_at_the_start() {
    for (environment, said) in [
        (&[("SECRETS", "")][..], "SECRETS: there is none"),
        (&[("SECRETS", "keyboard cat")], "a secret is under 32 bytes long"),
        (&[("PORT", "http")], "PORT: \"http\" is not a port"),
        (&[("BIND", "192.0.2.1")], "BIND and PORT: "),
        (&[("REDIS_URLS", "127.0.0.1")], "the address of redis is none"),
    ] {
        let output = Program::refuses(environment);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(error.contains(said) && error.lines().count() == 1 && !error.contains("cat"), "{error}");
    }
}
