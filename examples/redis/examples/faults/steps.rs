//! A connection that breaks at each command of each operation in turn, before or after it, once or twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use session_core_redis::{Incident, RedisStore, Settings};

use crate::proxy::{Cut, Proxy};
use crate::servers::Server;
use crate::under_load::site;
use crate::users::{Session, Site, Tally, Told, count, log_in, log_out, look};

/// More commands than any request sends.
const COMMANDS: usize = 7;
const CUTS: [Cut; 2] = [Cut::Before, Cut::After];

/// What a user does while the connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    LogIn,
    Count,
    Look,
    LogInAgain,
    LogOut,
}

impl Step {
    pub(crate) const ALL: [Self; 5] = [Self::LogIn, Self::Count, Self::Look, Self::LogInAgain, Self::LogOut];

    fn work(self) -> fn(&mut Session) {
        match self {
            Self::LogIn | Self::LogInAgain => log_in,
            Self::Count => count,
            Self::Look => look,
            Self::LogOut => log_out,
        }
    }
}

/// A server, once by a proxy and once not.
pub(crate) struct Broken {
    server: Server,
    proxy: Proxy,
    through: Site,
    past: Site,
    orphans: Arc<AtomicUsize>,
}

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) told: Told,
    /// How many cuts were not reached.
    pub(crate) cuts_left: usize,
    /// How often the user is counted in the session of the cookie from before, and of the one they have now.
    pub(crate) before: Option<u32>,
    pub(crate) now: Option<u32>,
    /// How many sessions there are, those included that nobody holds.
    pub(crate) sessions: usize,
    /// How many may be among them that nobody holds, as the store tells.
    orphans: usize,
}

impl Broken {
    pub(crate) async fn start() -> Self {
        let server = Server::start(&[]);
        let proxy = Proxy::before(server.port()).await;
        let past = site(&[&server.address()]).await;
        let orphans = Arc::new(AtomicUsize::new(0));
        let heard = Arc::clone(&orphans);
        let settings = Settings::documents().with_report(move |incident| {
            heard.fetch_add((incident == Incident::Orphan).into(), Ordering::Relaxed);
        });
        let through = RedisStore::connect_with(&[&proxy.address()], "sess:", settings).await.expect("an address");
        Self { server, proxy, through: Site::new(through), past, orphans }
    }

    /// A user who was counted once does this, while the connection breaks so.
    pub(crate) async fn step(&self, step: Step, cuts: &[(usize, Cut)]) -> Came {
        redis::cmd("FLUSHDB").exec(&mut self.server.client()).expect("it is up");
        let mut cookie = String::new();
        if step != Step::LogIn {
            assert_eq!(self.past.request(&mut cookie, log_in).await, Told::Done);
            assert_eq!(self.past.request(&mut cookie, count).await, Told::Done);
        }
        // By then it has another connection, if the last one was cut.
        self.through.store.contains(&"none".parse().expect("a key")).await.expect("the server is up");

        self.proxy.cut(cuts);
        let before = cookie.clone();
        let told = self.through.request(&mut cookie, step.work()).await;
        let cuts_left = self.proxy.cuts_left();
        self.proxy.cut(&[]);

        let counted = async |cookie: &str| if cookie.is_empty() { None } else { self.past.count(cookie).await };
        let (before, now) = (counted(&before).await, counted(&cookie).await);
        let mut sessions = 0;
        let mut walk = self.past.store.walk();
        while let Some(page) = walk.next().await.expect("the server is up") {
            sessions += page.len();
        }
        let orphans = self.orphans.swap(0, Ordering::Relaxed);
        Came { told, cuts_left, before, now, sessions, orphans }
    }
}

/// Every step with one cut and with two, at every command.
pub(crate) async fn cut(rounds: u32) -> Arc<Tally> {
    let broken = Broken::start().await;
    let tally = Tally::default();
    for _ in 0..rounds {
        for step in Step::ALL {
            for cuts in all_cuts() {
                let came = broken.step(step, &cuts).await;
                if came.cuts_left == 0 {
                    tally.note(came.told);
                    judge(step, &came, &tally);
                }
            }
        }
    }
    Arc::new(tally)
}

pub(crate) fn all_cuts() -> Vec<Vec<(usize, Cut)>> {
    let mut all = Vec::new();
    for first in 0..COMMANDS {
        for how in CUTS {
            all.push(vec![(first, how)]);
            for second in first + 1..COMMANDS {
                all.extend(CUTS.map(|how_then| vec![(first, how), (second, how_then)]));
            }
        }
    }
    all
}

/// What was said, beside what is there.
fn judge(step: Step, came: &Came, tally: &Tally) {
    let lost = match (step, came.told) {
        (Step::LogIn, Told::Done) => came.now != Some(0),
        (Step::LogInAgain, Told::Done) => came.now != Some(1),
        (Step::Count, Told::Done) => came.now != Some(2),
        (Step::Count, Told::Lost(_)) => came.now.is_none(),
        (Step::Look | Step::Count | Step::LogInAgain, Told::Refused) => came.before != Some(1),
        (Step::Look, _) => came.now != Some(1),
        _ => false,
    };
    let revived = match (step, came.told) {
        (Step::LogOut, Told::Done) => came.sessions > 0,
        (Step::LogInAgain, Told::Done) => came.before.is_some(),
        _ => false,
    };
    let held =
        usize::from(came.now.is_some()) + usize::from(came.before.is_some() && step == Step::LogInAgain && revived);
    let left_behind = came.sessions.saturating_sub(held) > came.orphans && step != Step::LogOut;
    let untold = left_behind || step == Step::Count && came.told == Told::Refused && came.now == Some(2);
    for (fault, count) in [(lost, &tally.lost), (revived, &tally.revived), (untold, &tally.untold)] {
        count.fetch_add(fault.into(), Ordering::Relaxed);
    }
}
