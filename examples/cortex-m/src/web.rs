//! The pages and what they do.
#![expect(clippy::result_large_err, reason = "an answer is as large as the other")]

use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::request::{Path, Request, RequestParts};
use picoserve::response::ResponseWriter;
use picoserve::routing::{PathRouterService, RequestHandlerService};
use picoserve::url_encoded::UrlEncodedString;
use session_core::{Expires, Handle, Principal, Record, SessionStore, StoreOp};
use session_core_picoserve::{Look, Problem, Sessions as _, Visit, WithLook, WithSession};

use crate::guard::{is_for_us, is_from_us};
use crate::pages::{Answer, Page, Row, Seconds};
use crate::sessions::{PLACES, Sessions, Visits};
use crate::status::Status;
use crate::users::{self, User};

/// A handler, as a pointer: the web server's code is there once, and not once for each.
enum Handler {
    WithSession(fn(&mut Visit<'_, Sessions>) -> Result<Answer, Answer>),
    WithLook(fn(&Look<'_, Sessions>) -> Result<Answer, Answer>),
}

/// What is at which path.
fn handler(parts: &RequestParts<'_>) -> Handler {
    match (parts.method(), parts.path().encoded()) {
        _ if !is_for_us(parts) => Handler::WithLook(other_host),
        _ if !is_from_us(parts) => Handler::WithLook(foreign_form),
        ("GET", "/") => Handler::WithSession(home),
        ("POST", "/login") => Handler::WithSession(login),
        ("POST", "/logout") => Handler::WithSession(logout),
        ("GET", "/online") => Handler::WithLook(online),
        ("POST", "/end") => Handler::WithSession(end),
        ("GET", "/status") => Handler::WithLook(status),
        _ => Handler::WithLook(not_found),
    }
}

/// All pages as one service, whose future is a third of that of a router with a route for each.
pub struct Web;

impl PathRouterService<Sessions> for Web {
    #[expect(clippy::manual_async_fn, reason = "the future of an `async fn` keeps what it is given twice")]
    fn call_path_router_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        app: &Sessions,
        (): (),
        _: Path<'_>,
        request: Request<'_, R>,
        writer: W,
    ) -> impl Future<Output = Result<ResponseSent, W::Error>> {
        async move {
            match handler(&request.parts) {
                Handler::WithSession(run) => {
                    WithSession(run).call_request_handler_service(app, (), request, writer).await
                }
                Handler::WithLook(run) => WithLook(run).call_request_handler_service(app, (), request, writer).await,
            }
        }
    }
}

/// The form, which leaves no session behind; or, for who is logged in, the count of their visits.
fn home(visit: &mut Visit<'_, Sessions>) -> Result<Answer, Answer> {
    let Some(User { name, is_admin, .. }) = user(visit.session.record()) else {
        return Ok(Answer::ok(Page::Login { problem: "" }));
    };
    let Visits(visits) = visit.session.data_mut();
    *visits = visits.saturating_add(1);
    let (visits, record) = (*visits, visit.session.record());
    let unused = match record.cookie().expiry().expires() {
        Expires::At(end) => end.ms_since(visit.now),
        _ => 0,
    };
    let at_most = record.ticket().map_or(0, |ticket| ticket.end().ms_since(visit.now));
    let (unused, at_most) = (Seconds(unused), Seconds(at_most));
    Ok(Answer::ok(Page::Home { name, is_admin: *is_admin, visits, unused, at_most }))
}

fn login(visit: &mut Visit<'_, Sessions>) -> Result<Answer, Answer> {
    let (name, password) = (field(visit.body, "name"), field(visit.body, "password"));
    let user = name.zip(password).and_then(|(name, password)| users::check(&name, &password));
    let principal: Option<Principal> = user.and_then(|user| user.name.parse().ok());
    let Some(principal) = principal else {
        return Err(Answer { status: 403, page: Page::Login { problem: "The name or the password is wrong." } });
    };
    let id = visit.app.new_id().map_err(Problem::NoId)?;
    if visit.session.authenticated(principal, id, visit.now).is_err() {
        return Err(Answer::message(409, "Not logged in", "Please close your browser and try again."));
    }
    Ok(Answer::go_to("/"))
}

fn logout(visit: &mut Visit<'_, Sessions>) -> Result<Answer, Answer> {
    let answer = visit.app.store().apply(visit.session.destroy(), visit.now).map_err(Problem::Store)?;
    visit.session.answered(answer);
    Ok(Answer::go_to("/"))
}

/// A list for administrators. It looks at all sessions and is a use of none, not even of the one who asks.
fn online(look: &Look<'_, Sessions>) -> Result<Answer, Answer> {
    let reader = look.session.as_ref().and_then(|loaded| user(loaded.record()));
    if !reader.is_some_and(|user| user.is_admin) {
        return Err(forbidden());
    }
    let mut rows = [const { None }; PLACES];
    let store = look.app.store();
    for (place, (key, record)) in rows.iter_mut().zip(store.all(look.now)) {
        let login = record.ticket().and_then(|ticket| ticket.login());
        *place = user(record).zip(login).map(|(user, login)| Row {
            name: user.name,
            since: Seconds(look.now.ms_since(login)),
            handle: look.app.handle(key),
        });
    }
    Ok(Answer::ok(Page::Online(rows)))
}

/// Ends somebody's session, for an administrator who has just proved to be one.
fn end(visit: &mut Visit<'_, Sessions>) -> Result<Answer, Answer> {
    if !user(visit.session.record()).is_some_and(|user| user.is_admin) {
        return Err(forbidden());
    }
    if !visit.session.is_fresh(visit.app.fresh_for, visit.now) {
        return Err(Answer { status: 403, page: Page::Login { problem: "Please log in again to do that." } });
    }
    let handle = field(visit.body, "handle").and_then(|handle| handle.parse::<Handle>().ok());
    let mut store = visit.app.store();
    let found = store.all(visit.now).map(|(key, _)| *key).find(|key| Some(visit.app.handle(key)) == handle);
    if let Some(key) = found {
        store.apply(StoreOp::destroy(key), visit.now).map_err(Problem::Store)?;
    }
    Ok(Answer::go_to("/online"))
}

fn status(look: &Look<'_, Sessions>) -> Result<Answer, Answer> {
    Ok(Answer::ok(Page::Status(Status::new(look))))
}

fn other_host(_: &Look<'_, Sessions>) -> Result<Answer, Answer> {
    Err(Answer::message(421, "Unknown host", "This device has another name."))
}

fn foreign_form(_: &Look<'_, Sessions>) -> Result<Answer, Answer> {
    Err(Answer::message(403, "Refused", "This form was not sent from a page of this device."))
}

fn not_found(_: &Look<'_, Sessions>) -> Result<Answer, Answer> {
    Err(Answer::message(404, "Not found", "There is no such page here."))
}

fn forbidden() -> Answer {
    Answer::message(403, "Not for you", "This page is for administrators.")
}

/// Who is logged in.
fn user(record: &Record<Visits>) -> Option<&'static User> {
    users::find(record.principal()?.as_str())
}

/// What was typed into a field of a form.
fn field(body: &[u8], name: &str) -> Option<heapless::String<64>> {
    let form = core::str::from_utf8(body).ok()?;
    let value = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    UrlEncodedString(value).try_into_string().ok()
}
