//! What the actors do: requests step by step, and what happens beside them.

use super::orders::{CLOCK, EPOCH, Footprint, JAR, STORE};

/// An actor: someone whose steps are put in order with those of others.
#[derive(Clone, Copy)]
pub(super) enum Plan {
    Request(Script),
    /// Moves the clock by these, one after the other, in ms.
    Clock(&'static [i64]),
    /// Removes from the store what has ended.
    Purge,
    /// Counts up ada's epoch.
    SignOut,
    /// Puts the cookie of this id beside those in the jar, for a longer path.
    Toss(u8),
}

/// A request.
#[derive(Clone, Copy, Default)]
pub(super) struct Script {
    pub(super) name: &'static str,
    /// What its handler does, in order.
    pub(super) acts: &'static [Act],
    pub(super) carries: Carries,
    pub(super) by: By,
    /// Only looks.
    pub(super) is_passive: bool,
    /// It stops after so many steps.
    pub(super) crash_after: usize,
    pub(super) doubt: Option<Doubt>,
}

/// Something that a handler does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Puts its next mark into the data.
    Edit,
    Save,
    Destroy,
    /// Logs somebody in; in Express, notes in the data that somebody is.
    Login(&'static str),
    Renew,
    Regenerate,
}

/// Which cookies a request carries.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Carries {
    /// Those in the jar.
    #[default]
    Jar,
    Nothing,
    /// One with a good signature for the id of this number: another browser's.
    Id(u8),
}

/// By which preset a request is answered.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum By {
    #[default]
    Recommended,
    Express,
}

/// The store does not say what became of an operation.
#[derive(Clone, Copy)]
pub(super) struct Doubt {
    /// Which one of the request, from 0.
    pub(super) op: usize,
    /// Whether it was done.
    pub(super) done: bool,
    /// Whether the request looks again, by its write id.
    pub(super) looks_again: bool,
}

/// What is done without anything of another actor in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Send,
    Load,
    /// Opens the session and works with it up to the next act that asks the store for something.
    Open,
    /// Asks the store for what this act needs, and works on.
    Ask(usize),
    Store,
    LookAgain,
    Arrive,
    Clock(i64),
    Purge,
    SignOut,
    Toss(u8),
}

impl Script {
    pub(super) const fn new(name: &'static str, acts: &'static [Act]) -> Self {
        let (carries, by) = (Carries::Jar, By::Recommended);
        Self { name, acts, carries, by, is_passive: false, crash_after: usize::MAX, doubt: None }
    }

    pub(super) const fn carrying(mut self, carries: Carries) -> Self {
        self.carries = carries;
        self
    }

    pub(super) const fn by_express(mut self) -> Self {
        self.by = By::Express;
        self
    }

    pub(super) const fn passive(mut self) -> Self {
        self.is_passive = true;
        self
    }

    pub(super) const fn crashing_after(mut self, steps: usize) -> Self {
        self.crash_after = steps;
        self
    }

    pub(super) const fn doubting(mut self, doubt: Doubt) -> Self {
        self.doubt = Some(doubt);
        self
    }

    pub(super) fn has(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    /// Whether an act asks the store for something at once.
    pub(super) fn asks(&self, act: Act) -> bool {
        match act {
            Act::Save | Act::Destroy => true,
            Act::Regenerate | Act::Renew => self.by == By::Express,
            Act::Edit | Act::Login(_) => false,
        }
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::Send, Step::Load, Step::Open];
        if !self.is_passive {
            let asking = self.acts.iter().enumerate().filter(|(_, act)| self.asks(**act));
            steps.extend(asking.map(|(place, _)| Step::Ask(place)));
            steps.push(Step::Store);
            steps.extend(self.doubt.filter(|doubt| doubt.looks_again).map(|_| Step::LookAgain));
            steps.push(Step::Arrive);
        }
        steps.truncate(self.crash_after);
        steps
    }
}

impl Plan {
    pub(super) fn steps(&self) -> Vec<Step> {
        match self {
            Self::Request(script) => script.steps(),
            Self::Clock(by) => by.iter().map(|ms| Step::Clock(*ms)).collect(),
            Self::Purge => vec![Step::Purge],
            Self::SignOut => vec![Step::SignOut],
            Self::Toss(id) => vec![Step::Toss(*id)],
        }
    }

    pub(super) fn footprint(&self, step: Step) -> Footprint {
        match step {
            Step::Send => Footprint::new(JAR, 0),
            Step::Load | Step::LookAgain => Footprint::new(STORE | CLOCK | EPOCH, 0),
            Step::Open => Footprint::new(CLOCK, 0),
            Step::Ask(_) | Step::Store | Step::Purge => Footprint::new(CLOCK, STORE),
            // For the model a logout that was answered has ended the session.
            Step::Arrive if matches!(self, Self::Request(script) if script.has(Act::Destroy)) => {
                Footprint::new(CLOCK, JAR | STORE)
            }
            Step::Arrive => Footprint::new(0, JAR),
            Step::Clock(_) => Footprint::new(0, CLOCK),
            Step::SignOut => Footprint::new(0, EPOCH),
            Step::Toss(_) => Footprint::new(0, JAR),
        }
    }

    /// Its name and what it does in a step, as words.
    pub(super) fn words(&self, step: Step) -> String {
        let name = match self {
            Self::Request(script) => script.name,
            Self::Clock(_) => "the clock",
            Self::Purge => "the store",
            Self::SignOut => "ada, elsewhere,",
            Self::Toss(_) => "another site",
        };
        let does = match step {
            Step::Send => "sends",
            Step::Load => "loads",
            Step::Open => "opens",
            Step::Ask(_) => "asks the store",
            Step::Store => "stores",
            Step::LookAgain => "looks again",
            Step::Arrive => "is answered",
            Step::Clock(ms) => return format!("{name} moves by {} s", ms / 1000),
            Step::Purge => "is purged",
            Step::SignOut => "signs out everywhere",
            Step::Toss(_) => "tosses its cookie",
        };
        format!("{name} {does}")
    }
}

impl From<Script> for Plan {
    fn from(script: Script) -> Self {
        Self::Request(script)
    }
}
