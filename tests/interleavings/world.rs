//! What requests share: a store, a browser's cookies, a clock, and the number of a principal's epoch.

use std::sync::OnceLock;

use session_core::{
    CookieName, CookieOptions, CookieReason, Fingerprint, FixedStore, Key, KeyRing, Limits, Policy, Record, Request,
    SessionId, SessionManager, Timestamp,
};

use super::ledger::Ledger;
use super::request::LOGGED_IN;

pub(super) type Manager = SessionManager<'static, u32, Vec<Key>>;
pub(super) type Store = FixedStore<u32, 10>;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
/// 10 minutes unused, an hour in all; a use is noted after a minute, and clocks differ by a minute at most.
pub(super) const LIMITS: Limits = Limits::new(10 * MINUTE, 60 * MINUTE);

/// The one place where managers are made.
pub(super) fn manager(policy: Policy<u32>, signing: u8, older: &[u8]) -> Manager {
    let older = older.iter().map(|number| key(*number)).collect();
    SessionManager::new(policy, KeyRing::new(key(signing), older), CookieName::CONNECT_SID, CookieOptions::new())
        .unwrap()
}

fn key(number: u8) -> Key {
    Key::derive([number; 32], Key::SESSION_COOKIES, CookieName::CONNECT_SID.as_str()).unwrap()
}

pub(super) fn recommended() -> Policy<u32> {
    Policy::recommended().with_limits(LIMITS)
}

/// The ids of this world: made once, since that takes longer than what they are for.
fn ids() -> &'static [SessionId] {
    static IDS: OnceLock<Vec<SessionId>> = OnceLock::new();
    IDS.get_or_init(|| (0..100).map(|number| SessionId::from_random([number; 24])).collect())
}

pub(super) fn id(number: u8) -> SessionId {
    ids()[usize::from(number)]
}

/// Of which number an id is.
pub(super) fn number(id: &str) -> u8 {
    let place = ids().iter().position(|other| other.as_str().as_bytes()[..2] == id.as_bytes()[..2]).unwrap();
    assert_eq!(ids()[place].as_str(), id, "no id of this world");
    u8::try_from(place).unwrap()
}

/// A cookie with a good signature.
pub(super) fn cookie(number: u8) -> String {
    let id = id(number);
    let signature = key(1).sign(id.as_str()).as_str().replace('+', "%2B").replace('/', "%2F");
    format!("{}=s%3A{}.{signature}", CookieName::CONNECT_SID.as_str(), id.as_str())
}

/// Who answers requests.
pub(super) struct Site {
    pub(super) recommended: Manager,
    pub(super) express: Manager,
    /// The policy counts epochs.
    pub(super) epochs: bool,
}

impl Site {
    pub(super) fn new(policy: Policy<u32>) -> Self {
        Self {
            recommended: manager(policy, 1, &[]),
            express: manager(Policy::express(Fingerprint::of_hash), 1, &[]),
            epochs: false,
        }
    }

    pub(super) fn counting_epochs() -> Self {
        Self { epochs: true, ..Self::new(recommended().with_epochs(true)) }
    }

    /// One whose cookies of before were signed with a key that is the older one now.
    pub(super) fn with_another_key() -> Self {
        Self { recommended: manager(recommended(), 2, &[1]), ..Self::new(recommended()) }
    }
}

#[derive(Clone)]
pub(super) struct World<'s> {
    pub(super) site: &'s Site,
    pub(super) store: Store,
    pub(super) jar: Jar,
    /// In ms since the world began.
    pub(super) clock: i64,
    /// Ada's. Nobody else's is ever counted up.
    pub(super) epoch: u64,
    pub(super) ledger: Ledger,
}

impl<'s> World<'s> {
    pub(super) fn new(site: &'s Site) -> Self {
        let (store, jar, ledger) = (Store::new(), Jar::default(), Ledger::default());
        Self { site, store, jar, clock: 0, epoch: 0, ledger }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(1_700_000_000_000 + self.clock).unwrap()
    }

    pub(super) fn epoch_of(&self, principal: &str) -> u64 {
        if principal == "ada" { self.epoch } else { 0 }
    }

    /// The sessions in the store by the numbers of their ids.
    pub(super) fn sessions(&self) -> Vec<(u8, Record<u32>)> {
        let mut all: Vec<_> = self.store.all(self.now()).map(|(key, record)| (number(key.as_str()), *record)).collect();
        all.sort_by_key(|(number, _)| *number);
        all
    }

    /// What the recommended preset finds by a Cookie header, without leaving a trace: number of the id, and principal.
    pub(super) fn found_by(&self, header: &str) -> Option<(u8, Option<String>)> {
        let pending = self.site.recommended.receive(Request::new([header], "/")).unwrap();
        let mut store = self.store.clone();
        let loaded = pending.load(&mut store, self.now()).unwrap().into_iter().map(|loaded| {
            let principal = loaded.record().principal().copied();
            loaded.with_epoch(principal.map_or(0, |principal| self.epoch_of(principal.as_str())))
        });
        let found = pending.open_passive(loaded, self.now()).unwrap()?;
        let principal = found.record().principal().map(|principal| principal.as_str().to_owned());
        Some((number(found.key().as_str()), principal))
    }

    /// Whether the browser is logged in by its cookies, and under which id.
    pub(super) fn logged_in(&self) -> Result<u8, String> {
        let header = self.jar.header();
        let found = self.found_by(&header);
        let is_marked =
            |id: u8| self.sessions().iter().any(|(other, record)| *other == id && *record.data() & LOGGED_IN != 0);
        match found {
            Some((id, principal)) if principal.is_some() || is_marked(id) => Ok(id),
            found => Err(format!("the browser's cookie names {found:?}")),
        }
    }

    /// What the model has to say now.
    pub(super) fn check(&mut self) {
        self.ledger.check(&self.sessions());
    }
}

/// A browser's cookies of our name, of one site.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub(super) struct Jar {
    /// Path and `name=value`, longer paths first, as RFC 6265, section 5.4 has it.
    cookies: Vec<(String, String)>,
    /// Whose answer came last that had a Set-Cookie line, and why it had.
    pub(super) set_by: Option<(usize, CookieReason)>,
}

impl Jar {
    /// Takes a Set-Cookie line.
    pub(super) fn take(&mut self, line: &str, by: (usize, CookieReason)) {
        let mut parts = line.split("; ");
        let pair = parts.next().unwrap();
        let (mut path, mut is_removal) = ("/", false);
        for attribute in parts {
            path = attribute.strip_prefix("Path=").unwrap_or(path);
            is_removal |= attribute == "Max-Age=0";
        }
        self.cookies.retain(|(other, _)| other != path);
        if !is_removal {
            self.put(path, pair);
        }
        self.set_by = Some(by);
    }

    pub(super) fn put(&mut self, path: &str, pair: &str) {
        self.cookies.push((path.to_owned(), pair.to_owned()));
        self.cookies.sort_by_key(|(path, _)| core::cmp::Reverse(path.len()));
    }

    /// The Cookie header of a request to a path under all of theirs.
    pub(super) fn header(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(_, pair)| pair.as_str()).collect();
        pairs.join("; ")
    }

    /// The numbers of the ids that a Cookie header names.
    pub(super) fn numbers(header: &str) -> impl Iterator<Item = u8> {
        header.split("; ").filter_map(|pair| Some(number(pair.split_once("=s%3A")?.1.split_once('.')?.0)))
    }
}
