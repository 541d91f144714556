//! The middleware: a session for each request, and its headers for each answer.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, COOKIE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use session_core::{Request, Timestamp, is_encrypted};

use crate::session::Arrival;
use crate::{Session, SessionError, Sessions};

/// Gives each request its [`Session`], and each answer the session's headers: `from_fn(sessions::<T, _>)` makes a middleware
/// of it. It needs a [`Sessions<T>`] among the data of the app.
///
/// It loads the session of every request that passes it, so it is not for pictures and style sheets. Two of them around one
/// route, for the same data, are one.
///
/// # Errors
///
/// Those of what it stands around; its own are answers.
pub async fn sessions<T, B>(
    all: Data<Sessions<T>>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error>
where
    T: Default + 'static,
    B: MessageBody + 'static,
{
    let session = match all.load(&request).await {
        Ok(Some(arrival)) => Session::new(arrival, all),
        Ok(None) => return Ok(next.call(request).await?.map_into_left_body()),
        Err(error) => return Ok(request.error_response(error).map_into_right_body()),
    };
    request.extensions_mut().insert(session.clone());
    let mut response = next.call(request).await?;
    match session.end(response.headers_mut()).await {
        Ok(()) => Ok(response.map_into_left_body()),
        Err(error) => Ok(response.error_response(error).map_into_right_body()),
    }
}

impl<T: Default> Session<T> {
    /// Has the store do what is left to do, and only then adds the session's headers to those of the handler.
    async fn end(&self, headers: &mut HeaderMap) -> Result<(), SessionError> {
        let Some(session) = self.take()? else {
            headers.append(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            return Ok(());
        };
        let now = Timestamp::now();
        let outcome = session.close(now);
        let write = outcome.write_reason();
        let settled = self.all.store.finish(outcome, now).await?;
        log::debug!("session closed: {write}; cookie: {}", settled.cookie_reason());
        for (name, value) in self.all.manager.headers(&settled)? {
            // It always is one: no control character comes out of a line.
            if let Ok(mut value) = HeaderValue::try_from(value.to_string()) {
                value.set_sensitive(name == "set-cookie");
                headers.append(HeaderName::from_static(name), value);
            }
        }
        Ok(())
    }
}

impl<T: 'static> Sessions<T> {
    /// What the store has for a request; `None`: its path has no session, or it has one already.
    async fn load(&self, request: &ServiceRequest) -> Result<Option<Arrival<T>>, SessionError> {
        if request.extensions().contains::<Session<T>>() {
            return Ok(None);
        }
        let forwarded = request.headers().get("x-forwarded-proto").map_or(&b""[..], HeaderValue::as_bytes);
        let encrypted = is_encrypted(request.app_config().secure(), self.proxy, forwarded);
        let head = Request::new(request.headers().get_all(COOKIE), request.path()).encrypted(encrypted);
        let Some(pending) = self.manager.receive(head) else { return Ok(None) };
        if pending.has_look_alike() {
            log::warn!("a cookie has the session's name in another case");
        }
        let loaded = self.store.load_all(&pending).await?;
        Ok(Some(Arrival { pending, loaded, now: Timestamp::now() }))
    }
}
