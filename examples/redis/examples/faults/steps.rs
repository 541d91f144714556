//! A connection that breaks at each command of each request in turn, before or after it, once or more often.

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use redis::cmd;
use session_core_redis::{Incident, Settings};

use crate::proxy::{Cut, Proxies};
use crate::servers::{Cluster, Server, free_port};
use crate::users::{
    Preset, Session, Site, Tally, Told, begin, connect, connect_with, count, end, log_in, log_out, look,
};

/// More commands than any request sends.
const COMMANDS: usize = 7;

/// What a user does while the connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A first login.
    Begin,
    Count,
    Look,
    LogInAgain,
    LogOut,
    /// The session ends by another request, while this one is at work.
    CountTooLate,
    LogInTooLate,
}

impl Step {
    /// What there is under a preset: a login of Express is only a count.
    pub(crate) fn all(preset: Preset) -> &'static [Self] {
        match preset {
            Preset::Express => &[Self::Begin, Self::Count, Self::Look, Self::LogOut],
            Preset::Recommended => &[
                Self::Begin,
                Self::Count,
                Self::Look,
                Self::LogInAgain,
                Self::LogOut,
                Self::CountTooLate,
                Self::LogInTooLate,
            ],
        }
    }

    pub(crate) const fn is_too_late(self) -> bool {
        matches!(self, Self::CountTooLate | Self::LogInTooLate)
    }

    fn work(self, preset: Preset) -> fn(&mut Session) {
        match self {
            Self::Begin => begin(preset),
            Self::LogInAgain | Self::LogInTooLate => log_in,
            Self::Count | Self::CountTooLate => count,
            Self::Look => look,
            Self::LogOut => end(preset),
        }
    }
}

/// Servers, once by proxies and once not.
pub(crate) struct Broken {
    servers: Vec<Server>,
    pub(crate) proxies: Proxies,
    through: Site,
    past: Site,
    preset: Preset,
    orphans: Arc<AtomicUsize>,
}

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) told: Told,
    /// How many cuts were not reached.
    pub(crate) cuts_left: usize,
    /// How often the user is counted in the session of the cookie from before, and of the one they have now.
    before: Option<u32>,
    now: Option<u32>,
    /// How many sessions there are that nobody holds, but for those of which the store has told.
    pub(crate) left_behind: usize,
}

impl Broken {
    pub(crate) async fn server(preset: Preset) -> Self {
        let (server, mut proxies) = (Server::start(&["--appendonly", "no"]), Proxies::default());
        proxies.before(server.port()).await;
        Self::of(vec![server], proxies, preset).await
    }

    pub(crate) async fn cluster(preset: Preset) -> Self {
        let (mut nodes, mut proxies) = (Vec::new(), Proxies::default());
        for _ in 0..3 {
            let port = free_port();
            let announced = proxies.before(port).await.to_string();
            let bus = (port + 10_000).to_string();
            let as_proxy = ["--cluster-announce-port", &announced, "--cluster-announce-bus-port", &bus];
            let options = [
                &["--appendonly", "no", "--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"][..],
                &as_proxy,
            ]
            .concat();
            nodes.push(Server::start_at(port, &options));
        }
        Self::of(Cluster::of(nodes).into_nodes(), proxies, preset).await
    }

    async fn of(servers: Vec<Server>, proxies: Proxies, preset: Preset) -> Self {
        let orphans = Arc::new(AtomicUsize::new(0));
        let heard = Arc::clone(&orphans);
        let settings =
            Settings::documents().with_response_timeout(Duration::from_secs(30)).with_report(move |incident| {
                heard.fetch_add((incident == Incident::Orphan).into(), Ordering::Relaxed);
            });
        let addresses = proxies.addresses();
        let through = Site::new(connect_with(&addresses, settings).await, preset);
        let past = Site::new(connect(&addresses).await, preset);
        Self { servers, proxies, through, past, preset, orphans }
    }

    /// A user who was counted once does this, while connections break so.
    pub(crate) async fn step(&self, step: Step, cuts: &[(usize, Cut)]) -> Came {
        for server in &self.servers {
            cmd("FLUSHALL").exec(&mut server.client()).expect("it is up");
        }
        self.whole().await;
        let mut cookie = String::new();
        if step != Step::Begin {
            assert_eq!(self.past.request(&mut cookie, begin(self.preset)).await, Told::Done);
            if self.past.count(&cookie).await == Some(0) {
                assert_eq!(self.past.request(&mut cookie, count).await, Told::Done);
            }
        }
        let before = cookie.clone();
        let (told, cuts_left) = self.request(step, &mut cookie, cuts).await;

        let before = if before == cookie { None } else { self.counted(&before).await };
        let now = self.counted(&cookie).await;
        let held = usize::from(before.is_some()) + usize::from(now.is_some());
        let orphans = self.orphans.swap(0, Ordering::Relaxed);
        let mut sessions = 0;
        let mut walk = self.past.store.walk();
        while let Some(page) = walk.next().await.expect("it is up") {
            sessions += page.len();
        }
        Came { told, cuts_left, before, now, left_behind: sessions.saturating_sub(held + orphans) }
    }

    async fn request(&self, step: Step, cookie: &mut String, cuts: &[(usize, Cut)]) -> (Told, usize) {
        if !step.is_too_late() {
            self.proxies.cut(cuts);
        }
        let told = match self.through.open(cookie).await {
            None => Told::Refused,
            Some(mut session) => {
                step.work(self.preset)(&mut session);
                if step.is_too_late() {
                    assert_eq!(self.past.request(&mut cookie.clone(), log_out).await, Told::Done);
                    self.proxies.cut(cuts);
                }
                self.through.close(session, cookie).await
            }
        };
        (told, self.proxies.cut(&[]))
    }

    async fn counted(&self, cookie: &str) -> Option<u32> {
        if cookie.is_empty() { None } else { self.past.count(cookie).await }
    }

    /// Waits until the store that goes by the proxies has a connection to every server. The other one's never break.
    async fn whole(&self) {
        // Of a cluster, some keys for each.
        for number in 0..4 * self.servers.len() {
            let key = format!("none-{number}").parse().expect("a key");
            let mut tries = 0;
            while self.through.store.contains(&key).await.is_err() {
                tries += 1;
                assert!(tries < 1_000, "the store has not recovered");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// Every step with each of these cuts.
pub(crate) async fn cut(broken: &Broken, all: &[Vec<(usize, Cut)>]) -> Arc<Tally> {
    let tally = Tally::default();
    for step in Step::all(broken.preset) {
        for cuts in all {
            let came = broken.step(*step, cuts).await;
            if came.cuts_left == 0 {
                tally.note(came.told);
                judge(*step, broken.preset, &came, &tally);
            }
        }
    }
    Arc::new(tally)
}

/// One cut, two, and three in a row.
pub(crate) fn all_cuts() -> Vec<Vec<(usize, Cut)>> {
    let mut all = Vec::new();
    for first in 0..COMMANDS {
        for how in Cut::ALL {
            all.push(vec![(first, how)]);
            all.push(vec![(first, how), (first + 1, Cut::Before), (first + 2, Cut::Before)]);
            for second in first + 1..COMMANDS {
                all.extend(Cut::ALL.map(|how_then| vec![(first, how), (second, how_then)]));
            }
        }
    }
    all
}

/// What was said, beside what is there. Who begins has 0 counts, or 1 with Express.
fn judge(step: Step, preset: Preset, came: &Came, tally: &Tally) {
    let is_done = came.told == Told::Done;
    let lost = match step {
        Step::Begin => is_done && came.now.is_none(),
        Step::Count => is_done && came.now != Some(2) || came.now.is_none(),
        Step::Look => came.now != Some(1),
        Step::LogInAgain => is_done && came.now != Some(1) || came.told == Told::Refused && came.now != Some(1),
        Step::LogOut | Step::CountTooLate | Step::LogInTooLate => false,
    };
    let revived = match step {
        Step::LogOut => is_done && came.now.or(came.before).is_some(),
        Step::LogInAgain => is_done && came.before.is_some(),
        Step::CountTooLate | Step::LogInTooLate => is_done || came.now.or(came.before).is_some(),
        Step::Begin | Step::Count | Step::Look => false,
    };
    // With Express, a refusal says nothing of what was done.
    let untold = came.left_behind > 0 || step == Step::Count && came.told == Told::Refused && came.now == Some(2);
    let untold = untold && preset == Preset::Recommended;
    for (fault, count) in [(lost, &tally.lost), (revived, &tally.revived), (untold, &tally.untold)] {
        count.fetch_add(fault.into(), Ordering::Relaxed);
    }
}
