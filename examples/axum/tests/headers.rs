//! What an answer says to browsers and caches, and who is believed about the connection.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, HeaderName, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use session_core::{CookieOptions, Policy, Proxy, SameSite};
use session_core_axum::{SessionError, SessionLayer};

use crate::support::{Browser, Preset, Redis, Seen, Session, layer, manager, read, routes, store};

#[tokio::test]
async fn the_sessions_cookie_stands_beside_the_handlers_and_is_marked_as_sensitive() {
    async fn both(session: Session) -> Result<impl IntoResponse, SessionError> {
        session.update(|data| data.view_mut().count += 1).await?;
        Ok(AppendHeaders([(SET_COOKIE, "theme=dark"), (SET_COOKIE, "tongue=en")]))
    }
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let routes = Router::new().route("/", post(both)).route_layer(layer(preset, &redis).await);
        let answer = Browser::default().post(&routes, "/").await;
        let lines: Vec<_> = answer.headers.get_all(SET_COOKIE).iter().collect();
        let sensitive: Vec<_> = lines.iter().map(|line| line.is_sensitive()).collect();
        assert_eq!(sensitive, [false, false, true], "{preset:?}");
        assert_eq!(lines[..2], ["theme=dark", "tongue=en"]);
        let shown = format!("{:?}", answer.headers);
        assert!(shown.contains("Sensitive") && !shown.contains("connect.sid"), "{shown}");
    }
}

#[tokio::test]
async fn what_is_for_one_user_is_kept_by_no_cache() {
    const CDN: HeaderName = HeaderName::from_static("cdn-cache-control");
    async fn lax(session: Session) -> Result<impl IntoResponse, SessionError> {
        let said = read(session).await?;
        Ok((AppendHeaders([(CACHE_CONTROL, "public, max-age=60"), (CDN, "max-age=600")]), said))
    }
    let cache = |answer: &crate::support::Answer| {
        let header = |name| answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned());
        (header(CACHE_CONTROL).collect::<Vec<_>>(), header(CDN).count())
    };
    for preset in Preset::BOTH {
        let redis = Redis::start();
        let layer = layer(preset, &redis).await;
        let looks = get(|_: Seen| async { (AppendHeaders([(CDN, "max-age=600")]), "") });
        let public = get(|| async { AppendHeaders([(CACHE_CONTROL, "public, max-age=60"), (CDN, "max-age=600")]) });
        let more = Router::new().route("/lax", get(lax)).route("/looks", looks).route("/public", public);
        let routes = routes(layer.clone()).merge(more.layer(layer));
        let handlers = (vec!["public, max-age=60".to_owned()], 1);
        let ours = (vec!["private, no-store".to_owned()], 0);

        let mut ada = Browser::default();
        assert_eq!(cache(&ada.get(&routes, "/lax").await), handlers, "there was no session in it");
        let login = ada.post(&routes, "/login/ada").await;
        let with_session = ada.get(&routes, "/lax").await;
        match preset {
            Preset::Recommended => assert_eq!((cache(&login), cache(&with_session)), (ours.clone(), ours.clone())),
            // It says nothing of caches, and nobody else does for it.
            Preset::Express => assert_eq!((cache(&login), cache(&with_session)), ((vec![], 0), handlers.clone())),
        }
        assert_eq!(cache(&ada.get(&routes, "/looks").await), ours, "{preset:?}");
        assert_eq!(cache(&Browser::default().get(&routes, "/looks").await), ours);
        assert_eq!(cache(&ada.get(&routes, "/public").await), handlers, "it asked for no session");
    }
}

#[tokio::test]
async fn a_proxy_is_believed_where_it_is_trusted() {
    let redis = Redis::start();
    let manager = std::sync::Arc::new(manager(
        Policy::recommended().with_express_keys(true),
        CookieOptions::recommended().same_site(SameSite::Strict),
    ));
    let plain = SessionLayer::new(manager, store(&redis).await);
    let trusting = plain.clone().with_proxy(Proxy::Trusted);
    let tls = plain.clone().with_tls(true);
    for (layer, proto, sent) in [
        (&plain, None, false),
        (&plain, Some("https"), false),
        (&trusting, None, false),
        (&trusting, Some("http"), false),
        (&trusting, Some("http, https"), false),
        (&trusting, Some("https"), true),
        (&trusting, Some("HTTPS, http"), true),
        (&tls, None, true),
        (&tls, Some("http"), true),
    ] {
        let routes = routes(layer.clone());
        let mut request = Request::post("/count");
        if let Some(proto) = proto {
            request = request.header("X-Forwarded-Proto", proto);
        }
        let answer = Browser::default().send(&routes, request).await;
        if sent {
            assert_eq!(answer.set_cookie().len(), 1, "{proto:?}");
            assert!(answer.set_cookie()[0].ends_with("; Path=/; HttpOnly; Secure; SameSite=Strict"));
        } else {
            // The program does not fit its configuration, and nobody has a session that cannot be found again.
            assert_eq!((answer.status, answer.set_cookie()), (StatusCode::INTERNAL_SERVER_ERROR, vec![]));
        }
    }
    assert_eq!(redis.sessions().len(), 4);
}
