//! `exchange`: whole requests, one after the other on one store, as express-session with its `MemoryStore` runs them.

use core::cell::RefCell;
use std::collections::VecDeque;

use serde_json::{Value, json};
use session_core::{Document, MaxAge, OpenError, Outcome, Request, Session, SessionId, Timestamp};

use super::fields::{Fields, bytes_of};
use super::handler::Handler;
use super::memory_store::MemoryStore;
use super::options::Options;
use super::{Answer, Failure};

pub(super) fn exchange(request: Fields<'_>) -> Answer {
    let options = Options::read(request.fields("options")?)?;
    let steps = request.list("steps")?.iter().map(Step::read).collect::<Result<Vec<_>, _>>()?;
    let mut store = MemoryStore::new(request.fields("store")?)?;
    let replies = steps.iter().map(|step| step.run(&options, &mut store)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "steps": replies, "store": store.into_texts() }))
}

struct Step<'r> {
    now: Timestamp,
    cookie_headers: Vec<Vec<u8>>,
    encrypted: bool,
    target: String,
    ids: Ids,
    ops: Vec<&'r [Value]>,
}

impl<'r> Step<'r> {
    fn read(step: &'r Value) -> Result<Self, Failure> {
        let step = Fields::of(step)?;
        let ops = step.list("ops")?.iter().map(|op| op.as_array().map(Vec::as_slice));
        Ok(Self {
            now: step.time("now")?,
            cookie_headers: read_cookie_headers(step)?,
            encrypted: step.boolean("encrypted")?,
            // A header's bytes are characters to Node.
            target: step.text("path")?.bytes().map(char::from).collect(),
            ids: Ids::read(step.list("random_hex")?)?,
            ops: ops.collect::<Option<_>>().ok_or_else(|| Failure::request("an operation is not a list"))?,
        })
    }

    fn run(&self, options: &Options<'_>, store: &mut MemoryStore) -> Answer {
        let mut handler = Handler { now: self.now, store, ids: &self.ids, session: None };
        let mut set_cookie = None;
        let mut session_id = None;
        if options.has_session(&self.target) {
            let manager = options.manager()?;
            let request = Request::new(&self.cookie_headers, &self.target).encrypted(self.encrypted);
            let pending = manager.receive(request).ok_or_else(|| Failure::request("two answers about the path"))?;
            let mut loaded = None;
            for key in pending.candidates() {
                loaded = handler.store.load(&key, self.now)?;
            }
            let opened = pending.open(loaded, self.now, || self.ids.next());
            handler.session = Some(check_date(opened.map_err(no_id)?)?);
            self.run_ops(&mut handler)?;
            if let Some(session) = handler.session.take() {
                session_id = session.is_live().then(|| session.id().as_str().to_owned());
                let outcome = session.close(handler.now);
                check_date_of(&outcome)?;
                if let Some(op) = outcome.op() {
                    handler.store.apply(&op, handler.now)?;
                }
                let settled = outcome.settle_unanswered();
                set_cookie = manager.set_cookie(&settled)?.map(|line| line.to_string());
            }
        } else {
            self.run_ops(&mut handler)?;
        }
        let events = core::mem::take(&mut store.events);
        Ok(json!({ "events": events, "set_cookie": set_cookie, "session_id": session_id }))
    }

    fn run_ops(&self, handler: &mut Handler<'_, '_>) -> Result<(), Failure> {
        self.ops.iter().try_for_each(|op| handler.perform(op))
    }
}

/// A header, several, or none.
fn read_cookie_headers(step: Fields<'_>) -> Result<Vec<Vec<u8>>, Failure> {
    match step.any("cookie") {
        Ok(Value::Null) if !step.has("cookie_hex") => Ok(Vec::new()),
        Ok(Value::Array(headers)) if !step.has("cookie_hex") => headers.iter().map(bytes_of).collect(),
        _ => Ok(vec![step.bytes("cookie")?]),
    }
}

/// The ids to be handed out, in their order.
pub(super) struct Ids(RefCell<VecDeque<SessionId>>);

impl Ids {
    fn read(values: &[Value]) -> Result<Self, Failure> {
        let ids = values.iter().map(|value| {
            let bytes = Fields::from(&serde_json::Map::from_iter([("hex".to_owned(), value.clone())])).hex("hex")?;
            let random =
                bytes.try_into().map_err(|_| Failure::request("a value of random_hex is not 24 bytes long"))?;
            Ok(SessionId::from_random(random))
        });
        ids.collect::<Result<_, Failure>>().map(|ids| Self(RefCell::new(ids)))
    }

    pub(super) fn next(&self) -> Result<SessionId, Failure> {
        let next = self.0.borrow_mut().pop_front();
        next.ok_or_else(|| Failure::new("random_exhausted", "no value left in random_hex"))
    }
}

/// An expiry outside the range of dates is an error of the protocol; express-session notices only when it is sent.
pub(super) fn check_date(session: Session<'_, Document>) -> Result<Session<'_, Document>, Failure> {
    let is_date = session.cookie().expiry().original_max_age() != MaxAge::Invalid;
    if is_date { Ok(session) } else { Err(Failure::new("expiry_range", "expiry outside the range of dates")) }
}

fn check_date_of(outcome: &Outcome<'_, Document>) -> Result<(), Failure> {
    let is_date = outcome.session().cookie().expiry().original_max_age() != MaxAge::Invalid;
    if is_date { Ok(()) } else { Err(Failure::new("expiry_range", "expiry outside the range of dates")) }
}

fn no_id(error: OpenError<Failure>) -> Failure {
    match error {
        OpenError::Id(failure) => failure,
        _ => Failure::new("refused", "no session could be opened"),
    }
}
