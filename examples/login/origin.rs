//! Forms of other sites are refused (CSRF).

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::pages;

/// Lets what may change something through only if our own pages have sent it.
///
/// `SameSite=Lax` is not enough: to a browser another port and every sibling host are the same *site*, and their forms
/// bring our cookie along. A form that logs a visitor in needs no cookie at all.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_our_own(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, Html(pages::foreign())).into_response()
}

/// What the browser says of where a request comes from; scripts cannot set either header.
///
/// | `Sec-Fetch-Site` | `Origin` | it is our own |
/// |---|---|---|
/// | `same-origin`, or `none`: the user's own doing | | yes |
/// | anything else | | no |
/// | none, as of older browsers | names the host and port of `Host` | yes |
/// | none | anything else, or none | no |
///
/// The scheme is not compared: behind a proxy the server does not know its own.
fn is_our_own(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    let origin =
        headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| headers.get(HOST).is_some_and(|host| host == authority))
}
