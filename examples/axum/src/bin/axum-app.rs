//! The demo program on axum: what it is told by its environment, and what it says, is in the crate `session-core-site`.

use core::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use axum::extract::{Form, Request, State};
use axum::http::header::{COOKIE, HeaderName, HeaderValue, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, body::Body};
use serde::Deserialize;
use session_core_axum::{Seen, SessionError, SessionLayer};
use session_core_site::{Data, Reply, Settings, Site, is_our_own};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

type Session = session_core_axum::Session<Data>;
type Answer = Result<Page, SessionError>;

async fn front(State(site): State<Arc<Site>>, session: Session) -> Answer {
    let (reply, key) = session.with(|session| site.front(session)).await?;
    if let Some(key) = key {
        site.stay(&key).await?;
    }
    Ok(Page(reply))
}

#[derive(Deserialize)]
struct Login {
    #[serde(default)]
    name: String,
}

async fn log_in(State(site): State<Arc<Site>>, session: Session, Form(form): Form<Login>) -> Answer {
    let user = match site.user_name(&form.name) {
        Ok(user) => user,
        Err(reply) => return Ok(Page(reply)),
    };
    if site.knows_logins() {
        session.authenticated(user).await?;
    } else {
        session.regenerate().await?;
    }
    let key = session.with(|session| site.welcome(session, &user)).await?;
    Ok(Page(site.log_in(&key).await?))
}

async fn log_out(State(site): State<Arc<Site>>, session: Session) -> Answer {
    let key = session.with(|session| *session.key()).await?;
    session.destroy().await?;
    Ok(Page(site.log_out(&key).await))
}

async fn me(State(site): State<Arc<Site>>, Seen(seen): Seen<Data>) -> Page {
    Page(site.me(seen.as_ref()))
}

async fn online(State(site): State<Arc<Site>>, Seen(seen): Seen<Data>) -> Answer {
    Ok(Page(site.online(seen.as_ref()).await?))
}

async fn online_list(State(site): State<Arc<Site>>, Seen(seen): Seen<Data>) -> Answer {
    Ok(Page(site.online_list(seen.as_ref()).await?))
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    handle: String,
}

async fn end(State(site): State<Arc<Site>>, Seen(seen): Seen<Data>, Form(form): Form<Named>) -> Answer {
    Ok(Page(site.end(seen.as_ref(), &form.handle).await?))
}

async fn presence(State(site): State<Arc<Site>>, headers: HeaderMap) -> Answer {
    let cookies: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    Ok(Page(site.presence(headers.get(ORIGIN).map(HeaderValue::as_bytes), &cookies).await?))
}

/// A use of the session, and no more.
async fn still(_: Session) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The same answer without a session, for whoever measures what a session costs.
async fn plain() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Forms of other sites are refused.
async fn same_origin(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if is_our_own(request.method().as_str(), |name| headers.get(name).map(HeaderValue::as_bytes)) {
        return next.run(request).await;
    }
    Page(site.foreign()).into_response()
}

/// Puts a page where something has failed.
async fn explain(State(site): State<Arc<Site>>, response: Response) -> Response {
    if response.extensions().get::<SessionError>().is_none() {
        return response;
    }
    let page = Page(site.failure(response.status().as_u16())).into_response();
    let (mut head, _) = response.into_parts();
    head.headers.extend(page.headers().clone());
    Response::from_parts(head, page.into_body())
}

fn routes(site: Arc<Site>) -> Router {
    // It listens on this machine, without TLS.
    let sessions = SessionLayer::new(site.manager().clone(), site.store().clone());
    Router::new()
        .route("/", get(front))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/api/me", get(me))
        .route("/online", get(online))
        .route("/online/end", post(end))
        .route("/api/online", get(online_list))
        .route("/still", get(still))
        .route("/presence", get(presence))
        .route("/style.css", get(|State(site): State<Arc<Site>>| async move { Page(site.style()) }))
        .fallback(|State(site): State<Arc<Site>>| async move { Page(site.not_found()) })
        .layer(sessions)
        .route("/plain", get(plain))
        .layer(middleware::map_response_with_state(Arc::clone(&site), explain))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), same_origin))
        .with_state(site)
}

/// A reply as axum sends it.
struct Page(Reply);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.0.body));
        *response.status_mut() = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.0.headers {
            if let Ok(mut value) = HeaderValue::try_from(value) {
                value.set_sensitive(name == SET_COOKIE);
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_env()?;
    let listener = TcpListener::bind(settings.address).await.map_err(|error| format!("BIND and PORT: {error}"))?;
    let site = Arc::new(Site::start("axum", settings).await?);
    println!("http://{}/", listener.local_addr()?);
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    Ok(axum::serve(listener, routes(site)).with_graceful_shutdown(stop).await?)
}

#[tokio::main]
async fn main() -> ExitCode {
    // `RUST_LOG=session_core_axum=debug` says what becomes of each session, and why.
    tracing_subscriber::fmt().with_env_filter(EnvFilter::from_default_env()).with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
