//! The kit for authors of stores: stores that are right pass. `broken_stores.rs` has those that are not.

use std::collections::BTreeMap;
use std::time::Duration;

#[cfg(feature = "alloc")]
use session_core::HeapStore;
use session_core::conformance::{Reply, Report, Rule, Subject, check, check_async};
use session_core::{Answer, FixedStore, Loaded, Record, SessionCookie, SessionStore, StoreKey, StoreOp, Timestamp};

const START: i64 = 1_700_000_000_000;
pub(crate) const SAMPLES: [u32; 3] = [1, 2, 3];

/// What the rules come to on a clock that only adds.
pub(crate) fn report_of<T, S>(store: &mut S, samples: &[T; 3]) -> Report
where
    T: Clone + Default + PartialEq,
    S: SessionStore<T>,
{
    let mut now = Timestamp::from_unix_ms(START).unwrap();
    check(store, samples, &"run".parse().unwrap(), |ms| {
        now = now.saturating_add(ms.into());
        now
    })
}

#[test]
fn the_stores_here_hold_to_every_rule() {
    let mut store = FixedStore::<u32, 16>::new();
    let report = report_of(&mut store, &SAMPLES);
    assert_eq!(report.result(), Ok(()), "{report}");
    assert_eq!(report.rules().count(), Rule::ALL.len());
    assert_eq!(report.to_string(), "the store holds to every rule");
    assert!(Rule::ALL.into_iter().all(|rule| report.holds(rule)));
    assert_eq!(store.all(Timestamp::UNIX_EPOCH).count(), 0, "nothing is left behind");
    #[cfg(feature = "alloc")]
    {
        let report = report_of(&mut HeapStore::new(16), &SAMPLES.map(|sample| vec![sample]));
        assert_eq!(report.result(), Ok(()), "{report}");
    }
}

#[test]
fn every_rule_has_a_phrase_of_its_own() {
    let phrases: std::collections::BTreeSet<_> = Rule::ALL.iter().map(Rule::to_string).collect();
    assert_eq!(phrases.len(), Rule::ALL.len());
    assert!(phrases.iter().all(|phrase| phrase.starts_with(char::is_lowercase)));
}

#[test]
fn samples_that_are_equal_are_told() {
    let report = report_of(&mut FixedStore::<u32, 16>::new(), &[1, 2, 1]);
    let failure = report.result().unwrap_err();
    assert_eq!((failure.rule(), failure.given()), (Rule::Samples, Reply::SameSamples));
    assert!(!report.holds(Rule::Samples));
    let lines: Vec<_> = report.failures().map(|failure| format!("{failure}\n")).collect();
    assert_eq!(report.to_string(), lines.concat());
    let words = format!("{failure}");
    assert!(words.contains(&failure.expected().to_string()) && words.contains(&failure.given().to_string()), "{words}");
}

/// What a client of a database looks like: its answers take a turn of the executor, it counts in whole seconds (rounded
/// up, as connect-redis does), drops what has ended by a clock of its own, tells the time that is left, leaves the cookie
/// of a touched record alone, and its revisions are what is stored.
#[derive(Default)]
struct Remote {
    now: i64,
    held: BTreeMap<String, (Record<u32>, i64)>,
}

impl Remote {
    fn found(&self, key: &StoreKey) -> Option<&(Record<u32>, i64)> {
        self.held.get(key.as_str()).filter(|(_, end)| *end > self.now)
    }

    fn end(&self, cookie: &SessionCookie) -> i64 {
        let seconds = cookie.expiry().ttl_seconds(Timestamp::from_unix_ms(self.now).unwrap(), 86_400);
        self.now + 1000 * i64::try_from(seconds.unwrap_or_default()).unwrap()
    }

    fn set(&mut self, key: &StoreKey, record: &Record<u32>) -> Answer<Record<u32>> {
        self.held.insert(key.as_str().to_owned(), (*record, self.end(record.cookie())));
        Answer::Done(*record)
    }
}

impl Subject<u32> for Remote {
    type Revision = Record<u32>;
    type Error = std::convert::Infallible;

    async fn load(&mut self, key: &StoreKey, _: Timestamp) -> Result<Option<Loaded<u32, Record<u32>>>, Self::Error> {
        tokio::task::yield_now().await;
        Ok(self.found(key).map(|(record, end)| {
            let left = u64::try_from(end - self.now).unwrap();
            Loaded::new(*key, *record).with_revision(*record).with_ttl_left(Duration::from_millis(left))
        }))
    }

    async fn apply(
        &mut self,
        op: StoreOp<'_, u32, Record<u32>>,
        now: Timestamp,
    ) -> Result<Answer<Record<u32>>, Self::Error> {
        tokio::task::yield_now().await;
        Ok(match op {
            StoreOp::Put { key, record, .. } => self.set(&key, record),
            StoreOp::Create { key, .. } if self.found(&key).is_some() => Answer::Exists,
            StoreOp::Create { key, record, .. } => self.set(&key, record),
            StoreOp::Update { key, record, revision, .. } => match self.found(&key) {
                None => Answer::Gone,
                Some((found, _)) if found != revision => Answer::Conflict,
                Some(_) => self.set(&key, record),
            },
            StoreOp::Touch { key, cookie, revision, .. } => {
                let wanted = self.end(cookie);
                match (self.found(&key).copied(), revision) {
                    (None, _) => Answer::Gone,
                    (Some((found, _)), Some(revision)) if found != *revision => Answer::Conflict,
                    (Some((found, end)), Some(_)) if (wanted..wanted + 60_000).contains(&end) => Answer::Done(found),
                    (Some((found, _)), _) => {
                        self.held.insert(key.as_str().to_owned(), (found, wanted));
                        Answer::Done(found)
                    }
                }
            }
            StoreOp::Destroy { key, also, .. } => {
                for key in [Some(key), also].into_iter().flatten() {
                    self.held.remove(key.as_str());
                }
                Answer::Done(Record::new(SessionCookie::default(), 0))
            }
            StoreOp::Replace { old, key, record, revision, moved_until, .. } => {
                match (self.found(&old), self.found(&key), revision) {
                    (None, ..) => Answer::Gone,
                    (_, Some(_), _) => Answer::Exists,
                    (Some((found, _)), _, Some(revision)) if found != revision => Answer::Conflict,
                    _ => {
                        match moved_until {
                            Some(until) => drop(self.set(&old, &Record::moved(now, until))),
                            None => drop(self.held.remove(old.as_str())),
                        }
                        self.set(&key, record)
                    }
                }
            }
        })
    }

    async fn wait(&mut self, ms: u32) -> Timestamp {
        // A little goes by whatever is asked.
        self.now += i64::from(ms) + 3;
        Timestamp::from_unix_ms(self.now).unwrap()
    }
}

#[test]
fn a_store_that_takes_its_time_holds_to_every_rule() {
    let mut store = Remote { now: START, ..Remote::default() };
    let executor = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let run = session_core::SessionId::from_random([7; 24]);
    let report = executor.block_on(check_async(&mut store, &SAMPLES, &run));
    assert_eq!(report.result(), Ok(()), "{report}");
    assert!(store.held.is_empty(), "nothing is left behind");
}
