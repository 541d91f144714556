//! What runs after the head of an answer: streams, server-sent events, WebSockets.

use core::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::http::{Request, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::{SinkExt, StreamExt, stream};
use session_core_axum::SessionError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message as Sent};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::support::{Browser, Gate, Preset, Redis, Served, Session, count, layer, read_head, routes, said, to_end};

/// Waits at the gate until the head has gone out, and then wants to change the session.
async fn too_late(session: Session, gate: Gate) -> String {
    gate.pass().await;
    let changed = session.update(|data| data.view_mut().count += 100).await;
    let saved = session.save().await;
    format!("{changed:?} {saved:?}")
}

#[tokio::test]
async fn a_body_finds_the_session_closed_and_its_head_has_the_cookie() {
    let body = async |session: Session, gate: Gate| -> Result<Response, SessionError> {
        count(session.clone()).await?;
        let text = stream::once(async { Ok::<_, Infallible>(too_late(session, gate).await) });
        Ok(Body::from_stream(text).into_response())
    };
    let events = async |session: Session, gate: Gate| -> Result<Response, SessionError> {
        count(session.clone()).await?;
        let event = async { Ok::<_, Infallible>(Event::default().data(too_late(session, gate).await)) };
        Ok(Sse::new(stream::once(event)).into_response())
    };
    for preset in Preset::BOTH {
        for path in ["/body", "/events"] {
            let (redis, gate) = (Redis::start(), Gate::default());
            let (one, other) = (gate.clone(), gate.clone());
            let routes = Router::new()
                .route("/body", get(move |session| body(session, one)))
                .route("/events", get(move |session| events(session, other)))
                .route_layer(layer(preset, &redis).await);
            let served = Served::start(routes).await;
            let mut answer = served.send(&format!("GET {path}"), "").await;

            let head = read_head(&mut answer).await;
            assert!(head.starts_with("HTTP/1.1 200") && head.contains("\r\nset-cookie: connect.sid="), "{head}");
            // It was stored before its head went out, and nothing of the body has.
            assert_eq!(redis.session().1["count"], 1);
            gate.arrived().await;
            gate.open();
            let text = to_end(answer).await;
            assert!(text.contains("Err(Late) Err(Late)"), "{preset:?} {path}: {text}");
            assert_eq!(redis.session().1["count"], 1);
        }
    }
}

/// What is to happen around a WebSocket.
#[derive(Clone, Default)]
struct Gates {
    /// The handler waits here.
    handler: Gate,
    /// And its socket here, when nothing comes any more.
    end: Gate,
}

/// A handler for WebSockets that counts in the session, and waits at its gate.
async fn upgrade(session: Session, socket: WebSocketUpgrade, gates: Gates) -> Result<Response, SessionError> {
    count(session.clone()).await?;
    gates.handler.pass().await;
    let user = session.read(said).await?;
    Ok(socket.on_upgrade(async move |mut socket| {
        while let Some(Ok(Message::Text(text))) = socket.recv().await {
            let late = session.update(|data| data.view_mut().count += 100).await;
            let echo = format!("{text} from {user}: {late:?}");
            let _sent = socket.send(Message::Text(echo.into())).await;
        }
        gates.end.pass().await;
    }))
}

async fn with_socket(preset: Preset, redis: &Redis, gates: &Gates) -> Router {
    let (layer, gates) = (layer(preset, redis).await, gates.clone());
    let socket = any(move |session, socket| upgrade(session, socket, gates));
    routes(layer.clone()).merge(Router::new().route("/socket", socket).route_layer(layer))
}

async fn connect(
    served: &Served,
    browser: &Browser,
) -> Result<(WebSocketStream<tokio::net::TcpStream>, Vec<String>), Error> {
    let mut request = "ws://127.0.0.1/socket".into_client_request()?;
    request.headers_mut().insert("cookie", browser.cookie().parse().unwrap());
    let (socket, answer) = client_async(request, served.connect().await).await?;
    let lines = answer.headers().get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned());
    Ok((socket, lines.collect()))
}

#[tokio::test]
async fn an_upgrade_carries_the_cookie_and_its_socket_finds_the_session_closed() {
    for preset in Preset::BOTH {
        let (redis, gates) = (Redis::start(), Gates::default());
        let routes = with_socket(preset, &redis, &gates).await;
        let served = Served::start(routes.clone()).await;
        let mut ada = Browser::default();
        // With Express a cookie that has an end is sent anew whenever the session changes.
        for (counted, lines_of_upgrade) in [(1, 1), (2, usize::from(preset == Preset::Express))] {
            gates.handler.open();
            let (mut socket, lines) = connect(&served, &ada).await.unwrap();
            gates.handler.arrived().await;
            assert_eq!(lines.len(), lines_of_upgrade, "{preset:?}");
            if let Some(line) = lines.first() {
                let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
                ada.cookies.insert(name.to_owned(), value.to_owned());
            }
            socket.send(Sent::text("hello")).await.unwrap();
            let echo = socket.next().await.unwrap().unwrap();
            assert_eq!(echo.to_text().unwrap(), format!("hello from nobody {counted}: Err(Late)"));
            assert_eq!(ada.get(&routes, "/").await.ok(), format!("nobody {counted}"));
        }
    }
}

#[tokio::test]
async fn an_upgrade_whose_change_was_lost_is_none() {
    let (redis, gates) = (Redis::start(), Gates::default());
    let routes = with_socket(Preset::Recommended, &redis, &gates).await;
    let served = Served::start(routes.clone()).await;
    let mut ada = Browser::default();
    ada.post(&routes, "/login/ada").await.ok();
    let other = async {
        gates.handler.arrived().await;
        ada.ask(&routes, Request::post("/count")).await.ok();
        gates.handler.open();
    };
    let (socket, ()) = tokio::join!(connect(&served, &ada), other);
    match socket {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), StatusCode::CONFLICT.as_u16()),
        other => panic!("{:?}", other.map(|_| "an upgrade")),
    }
    // To hyper the end of the connection is an upgrade, of a connection from which nothing comes.
    gates.end.arrived().await;
    assert_eq!(ada.get(&routes, "/").await.ok(), "ada 1");
}
