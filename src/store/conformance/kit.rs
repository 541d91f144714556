//! What the rules are spelled in: records to write, and what a store is expected to say.

use core::fmt::Write;

use super::super::table::{NEVER, end_of};
use super::super::{Answer, StoreOp};
use super::Subject;
use super::report::{Fault, Reply, Step};
use crate::cookie::SessionCookie;
use crate::id::{SessionId, StoreKey};
use crate::record::{Loaded, Record};
use crate::text::ShortText;
use crate::time::Timestamp;

/// How long the records live for which a rule waits, in ms: two seconds, since a database may count in seconds.
pub(super) const SHORT: u32 = 2_000;
/// How long most records live in ms.
pub(super) const LIFE: i64 = 600_000;
/// How long a record lives in ms whose end was moved far.
pub(super) const LONG: i64 = 3_600_000;
/// By how many ms an end may be off: time that goes by while a database is asked.
const TOLERANCE: u64 = 5_000;

/// A store that is tried, and what it is tried with.
pub(super) struct Kit<'a, T, S> {
    pub(super) one: &'a T,
    pub(super) two: &'a T,
    pub(super) three: &'a T,
    store: &'a mut S,
    run: &'a SessionId,
    /// How many keys were handed out.
    keys: u32,
    /// Of how many the records were destroyed.
    cleared: u32,
    now: Timestamp,
}

impl<'a, T: Clone + PartialEq, S: Subject<T>> Kit<'a, T, S> {
    pub(super) async fn new(store: &'a mut S, samples: &'a [T; 3], run: &'a SessionId) -> Self {
        let now = store.wait(0).await;
        let [one, two, three] = samples;
        Self { one, two, three, store, run, keys: 0, cleared: 0, now }
    }

    /// A key that no rule has had yet.
    pub(super) fn key(&mut self) -> StoreKey {
        self.keys = self.keys.saturating_add(1);
        self.key_of(self.keys)
    }

    pub(super) async fn wait(&mut self, ms: u32) {
        self.now = self.store.wait(ms).await;
    }

    /// Destroys what was written since the last time.
    pub(super) async fn clear(&mut self) {
        for number in self.cleared..self.keys {
            let key = self.key_of(number.saturating_add(1));
            // The rules of destroy have said by now if it does not work.
            let _answer = self.store.apply(StoreOp::destroy(key), self.now).await;
        }
        self.cleared = self.keys;
    }

    /// The store does it, and says which revision the record is of.
    pub(super) async fn done(&mut self, op: StoreOp<'_, T, S::Revision>) -> Step<S::Revision> {
        let asked = op.name();
        match self.ask(op, Reply::Done).await? {
            Answer::Done(revision) => Ok(revision),
            other => Err(Fault { asked, expected: Reply::Done, given: Reply::from(&other) }),
        }
    }

    /// The store says this.
    pub(super) async fn says(&mut self, expected: Reply, op: StoreOp<'_, T, S::Revision>) -> Step {
        let asked = op.name();
        let given = Reply::from(&self.ask(op, expected).await?);
        fault_unless(given == expected, asked, expected, given)
    }

    /// The store does not do it, since the record is gone or is another one.
    pub(super) async fn refuses(&mut self, op: StoreOp<'_, T, S::Revision>) -> Step {
        let asked = op.name();
        let given = Reply::from(&self.ask(op, Reply::Gone).await?);
        fault_unless(matches!(given, Reply::Gone | Reply::Conflict), asked, Reply::Gone, given)
    }

    /// The store holds the data and the ticket of this record, up to its end; its revision.
    ///
    /// It need not hold the cookie: a touch may move a key's end and leave the document as it is, as connect-redis does.
    pub(super) async fn holds(&mut self, key: &StoreKey, record: &Record<T>) -> Step<S::Revision> {
        Ok(self.loads(key, record).await?.revision)
    }

    /// The store holds this record with its cookie.
    pub(super) async fn keeps(&mut self, key: &StoreKey, record: &Record<T>) -> Step {
        let loaded = self.loads(key, record).await?;
        let given = compare_cookies(loaded.record().cookie(), record.cookie());
        fault_unless(given == Reply::Record, "load", Reply::Record, given)
    }

    /// As [`holds`](Self::holds), with what was loaded.
    pub(super) async fn loads(&mut self, key: &StoreKey, record: &Record<T>) -> Step<Loaded<T, S::Revision>> {
        let (expected, asked) = (Reply::Record, "load");
        let Some(loaded) = self.load(key, expected).await? else {
            return Err(Fault { asked, expected, given: Reply::Nothing });
        };
        let given = compare(&loaded, key, record, self.now);
        fault_unless(given == expected, asked, expected, given)?;
        Ok(loaded)
    }

    /// The store holds nothing there.
    pub(super) async fn nothing(&mut self, key: &StoreKey) -> Step {
        let given = self.found(key, Reply::Nothing).await?;
        fault_unless(given == Reply::Nothing, "load", Reply::Nothing, given)
    }

    /// The store holds a moved record there.
    pub(super) async fn moved(&mut self, key: &StoreKey) -> Step {
        let given = self.found(key, Reply::Moved).await?;
        fault_unless(given == Reply::Moved, "load", Reply::Moved, given)
    }

    /// The store holds no session there, but may hold a moved record.
    pub(super) async fn no_session(&mut self, key: &StoreKey) -> Step {
        let given = self.found(key, Reply::Moved).await?;
        fault_unless(matches!(given, Reply::Nothing | Reply::Moved), "load", Reply::Moved, given)
    }

    /// The samples differ.
    pub(super) fn samples(&self) -> Step {
        let Self { one, two, three, .. } = self;
        fault_unless(one != two && two != three && one != three, "check", Reply::OtherData, Reply::SameSamples)
    }

    /// A record that ends in so many ms.
    pub(super) fn record(&self, data: &T, life: i64) -> Record<T> {
        Record::new(self.cookie(life), data.clone())
    }

    /// The cookie of a record that ends in so many ms.
    pub(super) fn cookie(&self, life: i64) -> SessionCookie {
        let mut cookie = SessionCookie::default();
        cookie.set_expires(Some(self.in_ms(life)), self.now);
        cookie
    }

    /// The point in time that is so many ms from now.
    pub(super) const fn in_ms(&self, ms: i64) -> Timestamp {
        self.now.saturating_add(ms)
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    async fn ask(&mut self, op: StoreOp<'_, T, S::Revision>, expected: Reply) -> Step<Answer<S::Revision>> {
        let asked = op.name();
        self.wait(0).await;
        let answer = self.store.apply(op, self.now).await;
        answer.map_err(|_| Fault { asked, expected, given: Reply::Error })
    }

    async fn load(&mut self, key: &StoreKey, expected: Reply) -> Step<Option<Loaded<T, S::Revision>>> {
        self.wait(0).await;
        let loaded = self.store.load(key, self.now).await;
        loaded.map_err(|_| Fault { asked: "load", expected, given: Reply::Error })
    }

    /// Which kind of record the store holds.
    async fn found(&mut self, key: &StoreKey, expected: Reply) -> Step<Reply> {
        Ok(match self.load(key, expected).await? {
            None => Reply::Nothing,
            Some(loaded) if loaded.record().is_moved() => Reply::Moved,
            Some(_) => Reply::Record,
        })
    }

    fn key_of(&self, number: u32) -> StoreKey {
        let mut text = ShortText::<255>::EMPTY;
        // A key is longer than the longest id by more than a number.
        let _fits = write!(text, "{}-{number}", self.run.as_str());
        text.as_str().parse().unwrap_or_else(|_| StoreKey::plain(self.run))
    }
}

fn fault_unless(holds: bool, asked: &'static str, expected: Reply, given: Reply) -> Step {
    if holds { Ok(()) } else { Err(Fault { asked, expected, given }) }
}

/// What was loaded, beside what was written.
fn compare<T: PartialEq, V>(loaded: &Loaded<T, V>, key: &StoreKey, record: &Record<T>, now: Timestamp) -> Reply {
    let found = loaded.record();
    let end = end_of(record.cookie());
    let wrong_end = match loaded.ttl_left() {
        None => (!is_near(end_of(found.cookie()), end)).then_some(Reply::OtherEnd),
        // A database may have an end of its own for what has none.
        Some(_) if end == NEVER => None,
        Some(left) => {
            let left = i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
            (!is_near(now.as_unix_ms().saturating_add(left), end)).then_some(Reply::OtherTimeLeft)
        }
    };
    if loaded.key() != key {
        Reply::OtherKey
    } else if found.is_moved() != record.is_moved() {
        Reply::Moved
    } else if found.data() != record.data() {
        Reply::OtherData
    } else if found.ticket() != record.ticket() {
        Reply::OtherTicket
    } else {
        wrong_end.unwrap_or(Reply::Record)
    }
}

fn compare_cookies(found: &SessionCookie, written: &SessionCookie) -> Reply {
    let same_attributes = found.with_expiry(*written.expiry()) == *written;
    if !same_attributes || found.expiry().original_max_age() != written.expiry().original_max_age() {
        Reply::OtherCookie
    } else if !is_near(end_of(found), end_of(written)) {
        Reply::OtherEnd
    } else {
        Reply::Record
    }
}

fn is_near(found: i64, written: i64) -> bool {
    found == written || (found != NEVER && written != NEVER && found.abs_diff(written) <= TOLERANCE)
}
