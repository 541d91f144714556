//! The demo program on actix-web: what it is told by its environment, and what it says, is in the crate `session-core-site`.

use std::process::ExitCode;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, HeaderValue, ORIGIN};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Form};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, Responder, Route};
use serde::Deserialize;
use session_core::Proxy;
use session_core_actix::{Seen, SessionError, Sessions, sessions};
use session_core_site::{Data, Reply, Settings, is_our_own};

type Session = session_core_actix::Session<Data>;
type Site = web::Data<session_core_site::Site>;
type Answer = Result<Page, SessionError>;

async fn front(site: Site, session: Session) -> Answer {
    let (reply, key) = session.with(|session| site.front(session))?;
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

async fn log_in(site: Site, session: Session, Form(form): Form<Login>) -> Answer {
    let user = match site.user_name(&form.name) {
        Ok(user) => user,
        Err(reply) => return Ok(Page(reply)),
    };
    if site.knows_logins() {
        session.authenticated(user)?;
    } else {
        session.regenerate().await?;
    }
    let key = session.with(|session| site.welcome(session, &user))?;
    Ok(Page(site.log_in(&key).await?))
}

async fn log_out(site: Site, session: Session) -> Answer {
    let key = session.with(|session| *session.key())?;
    session.destroy().await?;
    Ok(Page(site.log_out(&key).await))
}

async fn me(site: Site, Seen(seen): Seen<Data>) -> Page {
    Page(site.me(seen.as_ref()))
}

async fn online(site: Site, Seen(seen): Seen<Data>) -> Answer {
    Ok(Page(site.online(seen.as_ref()).await?))
}

async fn online_list(site: Site, Seen(seen): Seen<Data>) -> Answer {
    Ok(Page(site.online_list(seen.as_ref()).await?))
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    handle: String,
}

async fn end(site: Site, Seen(seen): Seen<Data>, Form(form): Form<Named>) -> Answer {
    Ok(Page(site.end(seen.as_ref(), &form.handle).await?))
}

async fn presence(site: Site, request: HttpRequest) -> Answer {
    let cookies: Vec<_> = request.headers().get_all(COOKIE).map(HeaderValue::as_bytes).collect();
    Ok(Page(site.presence(request.headers().get(ORIGIN).map(HeaderValue::as_bytes), &cookies).await?))
}

/// `/still` is a use of the session, and no more; `/plain` has none, for whoever measures what a session costs.
async fn nothing() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// Forms of other sites are refused.
async fn same_origin<B: MessageBody + 'static>(
    site: Site,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let headers = request.headers();
    if is_our_own(request.method().as_str(), |name| headers.get(name).map(HeaderValue::as_bytes)) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.into_response(Page(site.foreign()).into_response()))
}

/// Puts a page where something has failed.
async fn explain<B: MessageBody + 'static>(
    site: Site,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let Some(error) = response.response().error().and_then(Error::as_error::<SessionError>) else {
        return Ok(response);
    };
    eprintln!("error: {error}");
    let page = Page(site.failure(response.status().as_u16())).into_response();
    Ok(response.map_body(|head, _| {
        let (page_head, body) = page.into_parts();
        for (name, value) in page_head.headers() {
            head.headers_mut().insert(name.clone(), value.clone());
        }
        body
    }))
}

/// A route with sessions; all others cost no look into Redis.
fn with_session(path: &str, route: Route) -> impl HttpServiceFactory + use<> {
    web::resource(path).wrap(from_fn(sessions::<Data, _>)).route(route)
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(with_session("/", web::get().to(front)))
        .service(with_session("/login", web::post().to(log_in)))
        .service(with_session("/logout", web::post().to(log_out)))
        .service(with_session("/still", web::get().to(nothing)))
        .service(with_session("/api/me", web::get().to(me)))
        .service(with_session("/online", web::get().to(online)))
        .service(with_session("/online/end", web::post().to(end)))
        .service(with_session("/api/online", web::get().to(online_list)))
        .route("/presence", web::get().to(presence))
        .route("/plain", web::get().to(nothing))
        .route("/style.css", web::get().to(|site: Site| async move { Page(site.style()) }))
        .default_service(web::to(|site: Site| async move { Page(site.not_found()) }));
}

/// A reply as actix-web sends it.
struct Page(Reply);

impl Responder for Page {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into_response()
    }
}

impl Page {
    fn into_response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        for header in self.0.headers {
            response.append_header(header);
        }
        response.body(self.0.body)
    }
}

async fn run() -> Result<(), Box<dyn core::error::Error>> {
    let settings = Settings::from_env()?;
    let address = settings.address;
    let site = web::Data::new(session_core_site::Site::start("actix", settings).await?);
    let (manager, store) = (site.manager().clone(), site.store().clone());
    // It listens on this machine, without TLS.
    let sessions = web::Data::new(Sessions { manager, store, proxy: Proxy::Ignored });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(site.clone())
            .app_data(sessions.clone())
            .wrap(from_fn(explain))
            .wrap(from_fn(same_origin))
            .configure(routes)
    });
    let server = server.bind(address).map_err(|error| format!("BIND and PORT: {error}"))?;
    for address in server.addrs() {
        println!("http://{address}/");
    }
    Ok(server.run().await?)
}

#[actix_web::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
