//! The middleware.

use core::cell::RefCell;
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, COOKIE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use session_core::{Request, Timestamp, is_encrypted};

use super::current::Slot;
use super::{Current, Failure, Session, Sessions};

/// Gives every request its session, and every answer the session's headers.
///
/// # Errors
///
/// Those of what it wraps; its own are answers.
pub async fn sessions<T, B>(
    app: Data<Sessions<T>>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error>
where
    T: Default + 'static,
    B: MessageBody + 'static,
{
    let current = match app.load(&request).await {
        Ok(Some(slot)) => Current { slot: Rc::new(RefCell::new(slot)), app },
        Ok(None) => return Ok(next.call(request).await?.map_into_left_body()),
        Err(failure) => return Ok(request.error_response(failure).map_into_right_body()),
    };
    request.extensions_mut().insert(current.clone());
    let mut response = next.call(request).await?;
    let headers = match current.take() {
        Ok(Some(session)) => current.app.close(session).await,
        Ok(None) => Ok(vec![(CACHE_CONTROL, HeaderValue::from_static("private, no-store"))]),
        Err(failure) => Err(failure),
    };
    match headers {
        Ok(headers) => {
            headers.into_iter().for_each(|(name, value)| response.headers_mut().append(name, value));
            Ok(response.map_into_left_body())
        }
        Err(failure) => Ok(response.error_response(failure).map_into_right_body()),
    }
}

impl<T: Default> Sessions<T> {
    /// What the store has for a request; `None`: its path has no session.
    async fn load(&self, request: &ServiceRequest) -> Result<Option<Slot<T>>, Failure> {
        let forwarded = request.headers().get("x-forwarded-proto").map_or(&b""[..], HeaderValue::as_bytes);
        let encrypted = is_encrypted(request.app_config().secure(), self.proxy, forwarded);
        let head = Request::new(request.headers().get_all(COOKIE), request.path()).encrypted(encrypted);
        let Some(pending) = self.manager.receive(head) else { return Ok(None) };
        let mut loaded = Vec::new();
        for found in self.store.load_all(&pending).await? {
            loaded.push(match found.record().principal().filter(|_| self.epochs).copied() {
                Some(user) => found.with_epoch(self.store.epoch(&user).await?),
                None => found,
            });
        }
        Ok(Some(Slot::Loaded(pending, loaded, Timestamp::now())))
    }

    /// Has the store do what is left to do, and gives the headers of the answer.
    async fn close(&self, session: Session<T>) -> Result<Vec<(HeaderName, HeaderValue)>, Failure> {
        let now = Timestamp::now();
        let settled = self.store.finish(session.close(now), now).await?;
        let mut headers = Vec::new();
        for (name, value) in self.manager.headers(&settled)? {
            let mut value = HeaderValue::try_from(value.to_string())?;
            value.set_sensitive(name == "set-cookie");
            headers.push((HeaderName::from_static(name), value));
        }
        Ok(headers)
    }
}
