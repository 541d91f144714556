//! Users of a site that keeps sessions in Redis: what they did, what they were told, and what is there in the end.

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use getrandom::SysRng;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use session_core::{
    CookieName, CookieOptions, Document, Fingerprint, Key, KeyRing, Limits, Lost, Policy, Request, SessionId,
    SessionManager, StoreKey, Timestamp, Unset,
};
use session_core_redis::{RedisStore, Revision, Settings};

/// What is in a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Visits {
    pub(crate) count: u32,
}

pub(crate) type Data = Document<Visits>;
pub(crate) type Session = session_core::Session<'static, Data, Revision>;

/// A program: its manager and its store.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) manager: Arc<SessionManager<'static, Data, Vec<Key>>>,
    pub(crate) store: RedisStore<Data>,
}

/// By whose rules sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    Express,
    Recommended,
}

/// A store of these servers' sessions, which waits for as long as a busy machine may take.
pub(crate) async fn connect<V>(addresses: &[String]) -> RedisStore<Document<V>>
where
    V: Serialize + DeserializeOwned + Default,
{
    connect_with(addresses, Settings::documents().with_response_timeout(Duration::from_secs(30))).await
}

pub(crate) async fn connect_with<T>(addresses: &[String], settings: Settings<T>) -> RedisStore<T> {
    let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    RedisStore::connect_with(&addresses, "sess:", settings).await.expect("addresses")
}

/// What a user was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Done,
    /// 503, and nothing was written.
    Refused,
    /// 409 or 503: what the request was to do is lost.
    Lost(Lost),
}

impl Site {
    pub(crate) fn new(store: RedisStore<Data>, preset: Preset) -> Self {
        let name = CookieName::new("sid").expect("a name");
        let key = Key::derive([7; 32], Key::SESSION_COOKIES, name.as_str()).expect("it is long enough");
        let keys = KeyRing::new(key, Vec::new());
        // Each request that changes nothing notes that the session was used.
        let limits = Limits::new(15 * 60_000, 8 * 3_600_000).with_touch_after(0);
        let policy = match preset {
            Preset::Express => {
                Policy::express(Fingerprint::of_document).with_save_uninitialized(false).with_unset(Unset::Destroy)
            }
            Preset::Recommended => Policy::recommended().with_limits(limits),
        };
        let manager = SessionManager::new(policy, keys, name, CookieOptions::new());
        Self { manager: Arc::new(manager.expect("the configuration is one")), store }
    }

    /// One request of a browser that has this cookie, if any, and keeps what it gets.
    pub(crate) async fn request(&self, cookie: &mut String, work: impl FnOnce(&mut Session) + Send) -> Told {
        let Some(mut session) = self.open(cookie).await else { return Told::Refused };
        work(&mut session);
        self.close(session, cookie).await
    }

    /// The first half of a request; `None`: it is refused.
    pub(crate) async fn open(&self, cookie: &str) -> Option<Session> {
        let pending = self.manager.receive(Request::new([cookie], "/")).expect("a path with a session");
        let loaded = self.store.load_all(&pending).await.ok()?;
        Some(pending.open(loaded, Timestamp::now(), new_id).expect("random numbers"))
    }

    /// The second half.
    pub(crate) async fn close(&self, session: Session, cookie: &mut String) -> Told {
        let now = Timestamp::now();
        let Ok(settled) = self.store.finish(session.close(now), now).await else { return Told::Refused };
        if let Some(lost) = settled.lost() {
            return Told::Lost(lost);
        }
        if let Ok(Some(line)) = self.manager.set_cookie(&settled) {
            let line = line.to_string();
            let sent = line.split(';').next().unwrap_or_default();
            *cookie = if line.contains("Expires=") { String::new() } else { sent.to_owned() };
        }
        Told::Done
    }

    /// How often the user of this cookie was counted; `None`: there is no session.
    pub(crate) async fn count(&self, cookie: &str) -> Option<u32> {
        let pending = self.manager.receive(Request::new([cookie], "/")).expect("a path with a session");
        let loaded = self.store.load_all(&pending).await.expect("the server is up");
        let seen = pending.open_passive(loaded, Timestamp::now()).expect("no epochs");
        seen.map(|seen| seen.record().data().view().count)
    }
}

pub(crate) fn new_id() -> Result<SessionId, getrandom::Error> {
    SessionId::try_generate(&mut SysRng)
}

/// What a session begins with.
pub(crate) fn begin(preset: Preset) -> fn(&mut Session) {
    match preset {
        Preset::Express => count,
        Preset::Recommended => log_in,
    }
}

/// What ends a session, at the end of a request.
pub(crate) fn end(preset: Preset) -> fn(&mut Session) {
    match preset {
        Preset::Express => Session::abandon,
        Preset::Recommended => log_out,
    }
}

pub(crate) fn log_in(session: &mut Session) {
    let id = new_id().expect("random numbers");
    session.authenticated("ada".parse().expect("a name"), id, Timestamp::now()).expect("nobody ended it");
}

pub(crate) fn count(session: &mut Session) {
    session.data_mut().view_mut().count += 1;
}

/// Changes nothing.
pub(crate) fn look(_session: &mut Session) {}

pub(crate) fn log_out(session: &mut Session) {
    // What this hands out is asked for again at the end.
    let _at_the_end = session.destroy();
}

/// What users were told, and what is there in the end.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Requests that were answered as they should be.
    done: AtomicU64,
    /// Requests that were answered with 503, and of which nothing was written.
    refused: AtomicU64,
    /// Requests that were answered with 409 or 503, of which nobody knows.
    told_lost: AtomicU64,
    /// What was acknowledged and is not there.
    pub(crate) lost: AtomicU64,
    /// Sessions that were ended and are there.
    pub(crate) revived: AtomicU64,
    /// What is there although it was refused.
    pub(crate) untold: AtomicU64,
}

impl Tally {
    pub(crate) fn note(&self, told: Told) {
        match told {
            Told::Done => &self.done,
            Told::Refused => &self.refused,
            Told::Lost(_) => &self.told_lost,
        }
        .fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    pub(crate) fn told_lost(&self) -> u64 {
        self.told_lost.load(Ordering::Relaxed)
    }

    /// Nothing is lost, nothing came back, and nobody was told a thing that is not so.
    pub(crate) fn faults(&self) -> [u64; 3] {
        [&self.lost, &self.revived, &self.untold].map(|faults| faults.load(Ordering::Relaxed))
    }
}

/// Somebody who logs in, is counted, and logs out, again and again.
#[derive(Default)]
pub(crate) struct User {
    cookie: String,
    /// How often it was said that they were counted in this session.
    counted: u32,
    /// How often it was not said whether.
    unknown: u32,
    /// Cookies of sessions of which it was said that they have ended.
    ended: Vec<String>,
    requests: u32,
}

impl User {
    /// Sends requests until they are to stop.
    pub(crate) async fn visit(mut self, site: Site, tally: Arc<Tally>, stop: Arc<AtomicBool>) -> Self {
        while !stop.load(Ordering::Relaxed) {
            let told = self.step(&site).await;
            tally.note(told);
            if told != Told::Done {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        self
    }

    /// Sends the next request.
    pub(crate) async fn step(&mut self, site: &Site) -> Told {
        self.requests += 1;
        if self.cookie.is_empty() {
            let told = site.request(&mut self.cookie, log_in).await;
            (self.counted, self.unknown) = (0, 0);
            return told;
        }
        let before = self.cookie.clone();
        if self.requests.is_multiple_of(10) {
            let told = site.request(&mut self.cookie, log_out).await;
            match told {
                Told::Done => self.ended.push(before),
                // It may be one or the other; nobody was told anything.
                Told::Lost(_) => self.cookie.clear(),
                Told::Refused => {}
            }
            return told;
        }
        if self.requests % 10 == 3 {
            return site.request(&mut self.cookie, look).await;
        }
        // Now and then they log in again: the session goes on under another id.
        if self.requests % 10 == 5 {
            let told = site.request(&mut self.cookie, log_in).await;
            match told {
                Told::Done => self.ended.push(before),
                Told::Lost(_) => self.cookie.clear(),
                Told::Refused => {}
            }
            return told;
        }
        let told = site.request(&mut self.cookie, count).await;
        match told {
            Told::Done => self.counted += 1,
            Told::Lost(Lost::Unknown) => self.unknown += 1,
            Told::Lost(_) | Told::Refused => {}
        }
        told
    }

    /// Looks at what is there in the end.
    pub(crate) async fn look(&self, site: &Site, tally: &Tally) {
        if !self.cookie.is_empty() {
            match site.count(&self.cookie).await {
                None => tally.lost.fetch_add(1, Ordering::Relaxed),
                Some(count) => {
                    let missing = self.counted.saturating_sub(count);
                    let untold = count.saturating_sub(self.counted.saturating_add(self.unknown));
                    tally.untold.fetch_add(untold.into(), Ordering::Relaxed);
                    tally.lost.fetch_add(missing.into(), Ordering::Relaxed)
                }
            };
        }
        for ended in &self.ended {
            if site.count(ended).await.is_some() {
                tally.revived.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Lets users visit a site while something happens to it, and looks at what is there then.
pub(crate) async fn visited<F: Future<Output = ()>>(
    site: &Site,
    users: usize,
    what_happens: impl FnOnce(Arc<Tally>) -> F,
) -> Arc<Tally> {
    let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
    let visits: Vec<_> = (0..users)
        .map(|_| tokio::spawn(User::default().visit(site.clone(), Arc::clone(&tally), Arc::clone(&stop))))
        .collect();
    what_happens(Arc::clone(&tally)).await;
    stop.store(true, Ordering::Relaxed);
    for visit in visits {
        visit.await.expect("a user").look(site, &tally).await;
    }
    tally
}

/// Waits until this many more requests were answered as they should be: without another store, so it has recovered.
pub(crate) async fn until_more(tally: &Tally, more: u64) {
    let goal = tally.done() + more;
    for _ in 0..6_000 {
        if tally.done() >= goal {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the store has not recovered: {tally:?}");
}

/// The key of the session of this cookie.
pub(crate) fn key_of(cookie: &str) -> StoreKey {
    let id = cookie.trim_start_matches("sid=s%3A").split('.').next().unwrap_or_default();
    id.parse().expect("a cookie of a session")
}
