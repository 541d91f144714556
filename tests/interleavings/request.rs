//! A request on its way, step by step.

use core::convert::Infallible;

use session_core::{
    Answer, AnswerError, Loaded, Opening, Outcome, Pending, Principal, Request, Session, SessionId, SessionManager,
    SessionStore, Settled, StoreOp, WriteId,
};

use super::ledger::{Effect, Law};
use super::script::{Act, By, Carries, Script, Step};
use super::world::{Jar, Manager, World, cookie, id, number};

/// The mark by which Express knows that somebody is logged in.
pub(super) const LOGGED_IN: u32 = 1 << 31;
/// How many ids and marks a request may need.
const EACH: usize = 5;

/// What the user was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Told {
    #[default]
    Nothing,
    Done,
    Refused,
}

/// Marks that the store has taken.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) marks: u32,
    pub(super) line: usize,
    /// How often the session's data had been let go of.
    pub(super) resets: u32,
}

#[derive(Default)]
pub(super) struct Running {
    pub(super) script: Script,
    index: usize,
    header: String,
    pending: Option<Pending<'static, u32>>,
    loaded: Vec<(Loaded<u32, u64>, bool)>,
    /// Ada's epoch when the session was loaded.
    epoch: u64,
    session: Option<Session<'static, u32, u64>>,
    outcome: Option<Outcome<'static, u32, u64>>,
    answer: Option<Answer<u64>>,
    settled: Option<Settled<'static, u32, u64>>,
    /// The next act.
    act: usize,
    ids: usize,
    ops: usize,
    marks: usize,
    /// Its operation in doubt was done, and how many had been done by then.
    doubted: Option<(bool, usize)>,
    logs_in: bool,
    is_ada: bool,
    resets: bool,
    /// The handler could not do what it was to do.
    has_failed: bool,
    edited: u32,
    /// The marks that were in the data at the end.
    pub(super) kept: u32,
    pub(super) written: Vec<Written>,
    pub(super) told: Told,
}

impl Running {
    /// The request of this place among the actors: each has ids and marks of its own.
    pub(super) fn new(script: Script, index: usize) -> Self {
        Self { script, index, ..Self::default() }
    }

    pub(super) fn step(&mut self, step: Step, world: &mut World<'_>) {
        match step {
            Step::Send => {
                self.header = match self.script.carries {
                    Carries::Jar => world.jar.header(),
                    Carries::Nothing => String::new(),
                    Carries::Id(number) => cookie(number),
                };
            }
            Step::Load => self.load(world),
            Step::Open if self.script.is_passive => self.look(world),
            Step::Open => self.open(world),
            Step::Ask(place) => self.ask(self.script.acts[place], world),
            Step::Store => self.store(world),
            Step::LookAgain => self.look_again(world),
            Step::Arrive => self.arrive(world),
            Step::Clock(_) | Step::Purge | Step::SignOut | Step::Toss(_) => unreachable!("no step of a request"),
        }
    }

    fn manager<'w>(&self, world: &'w World<'_>) -> &'w Manager {
        if self.script.by == By::Express { &world.site.express } else { &world.site.recommended }
    }

    fn load(&mut self, world: &mut World<'_>) {
        let before = self.script.is_passive.then(|| world.sessions());
        let pending = self.manager(world).receive(Request::new([&self.header], "/")).unwrap();
        let keys: Vec<_> = pending.candidates().collect();
        let now = world.now();
        self.epoch = world.epoch;
        for key in keys {
            let Some(loaded) = world.store.load(&key, now).unwrap() else { continue };
            let line = world.ledger.line(number(key.as_str()));
            let had_ended = line.is_some_and(|line| world.ledger.lines()[line].has_ended);
            let epoch = loaded.record().principal().map_or(0, |principal| world.epoch_of(principal.as_str()));
            self.loaded.push((loaded.with_epoch(epoch), had_ended));
        }
        self.pending = Some(pending);
        if before.is_some_and(|before| before != world.sessions()) {
            world.ledger.fault(Law::Passive, "a look has changed the store");
        }
    }

    fn look(&mut self, world: &mut World<'_>) {
        let (before, jar, now) = (world.sessions(), world.jar.clone(), world.now());
        let (pending, loaded) = (self.pending.take().unwrap(), core::mem::take(&mut self.loaded));
        let ended: Vec<_> = loaded.iter().map(|(loaded, had_ended)| (*loaded.key(), *had_ended)).collect();
        if let Some(found) = pending.open_passive(loaded.into_iter().map(|(loaded, _)| loaded), now).unwrap() {
            let had_ended = ended.iter().any(|(key, had_ended)| key == found.key() && *had_ended);
            // A look is no use: it would be noted as one here.
            let ledger = world.ledger.clone();
            world.ledger.found(number(found.key().as_str()), had_ended, self.epoch, now);
            let faults = core::mem::replace(&mut world.ledger, ledger).faults;
            world.ledger.faults = faults;
        }
        if before != world.sessions() || jar != world.jar {
            world.ledger.fault(Law::Passive, "a look has changed the store or the cookies");
        }
        self.told = Told::Done;
    }

    fn open(&mut self, world: &mut World<'_>) {
        let now = world.now();
        let (pending, loaded) = (self.pending.take().unwrap(), core::mem::take(&mut self.loaded));
        let ended: Vec<_> = loaded.iter().map(|(loaded, had_ended)| (*loaded.key(), *had_ended)).collect();
        let fresh = self.next_id();
        let loaded = loaded.into_iter().map(|(loaded, _)| loaded);
        let session = pending.open(loaded, now, || Ok::<_, Infallible>(fresh)).unwrap();
        let key = number(session.key().as_str());
        let is_recommended = self.script.by == By::Recommended;
        if session.opening() == Opening::Loaded && is_recommended {
            let had_ended = ended.iter().any(|(other, had_ended)| other == session.key() && *had_ended);
            world.ledger.found(key, had_ended, self.epoch, now);
        }
        let is_adas =
            session.principal().is_some_and(|principal| principal.as_str() == "ada") || session.data() & LOGGED_IN != 0;
        if self.is_another_browser() && is_adas {
            world.ledger.fault(Law::Fixation, format!("id {key} gave another browser ada's session"));
        }
        if !self.is_another_browser() && world.ledger.is_foreign(key) {
            world.ledger.fault(Law::Fixation, format!("id {key} is another browser's"));
        }
        if session.opening() != Opening::Loaded && *session.id() != fresh {
            world.ledger.fault(Law::Fixation, format!("id {key} was adopted"));
        }
        self.session = Some(session);
        self.work(world);
    }

    /// Does what needs no answer of the store, up to the next act that does.
    fn work(&mut self, world: &World<'_>) {
        let here = |request: &Self| request.script.acts.get(request.act).copied().filter(|_| !request.has_failed);
        while let Some(act) = here(self).filter(|act| !self.script.asks(*act)) {
            self.act += 1;
            let new = self.next_id();
            let (now, epoch) = (world.now(), self.epoch);
            let session = self.session.as_mut().unwrap();
            let has_worked = match act {
                Act::Edit => {
                    let mark = 1 << (self.index * EACH + self.marks);
                    self.marks += 1;
                    self.edited |= mark;
                    *session.data_mut() |= mark;
                    true
                }
                Act::Login(_) if self.script.by == By::Express => {
                    *session.data_mut() |= LOGGED_IN;
                    true
                }
                Act::Login(name) => {
                    let name: Principal = name.parse().unwrap();
                    let is_another = session.principal().is_some_and(|before| *before != name);
                    self.is_ada = name.as_str() == "ada";
                    let epoch = if self.is_ada { epoch } else { 0 };
                    let answer = if world.site.epochs {
                        session.authenticated_in_epoch(name, epoch, new, now)
                    } else {
                        session.authenticated(name, new, now)
                    };
                    self.logs_in |= answer.is_ok();
                    self.resets |= is_another;
                    answer.is_ok()
                }
                Act::Renew => session.renew_id(new, now).is_ok(),
                Act::Regenerate => {
                    self.resets = true;
                    (self.logs_in, self.is_ada) = (false, false);
                    session.regenerate(new, now).is_ok()
                }
                Act::Save | Act::Destroy => unreachable!("they ask the store"),
            };
            self.has_failed |= !has_worked;
        }
    }

    fn ask(&mut self, act: Act, world: &mut World<'_>) {
        self.act += 1;
        if self.has_failed {
            return;
        }
        let (new, now) = (self.next_id(), world.now());
        let mut session = self.session.take().unwrap();
        let marks = *session.data();
        let op = match act {
            Act::Save => session.save().ok(),
            Act::Destroy => Some(session.destroy()),
            Act::Regenerate => session.regenerate(new, now).unwrap(),
            Act::Renew => session.renew_id(new, now).unwrap(),
            Act::Edit | Act::Login(_) => unreachable!("they ask for nothing"),
        };
        match op {
            Some(op) => {
                let answer = self.perform(op, marks, world);
                session.answered(answer);
            }
            None => self.has_failed = true,
        }
        self.session = Some(session);
        self.work(world);
    }

    /// Has the store do it, and says what the request hears of that.
    fn perform(&mut self, op: StoreOp<'_, u32, u64>, marks: u32, world: &mut World<'_>) -> Answer<u64> {
        let now = world.now();
        let old = match op {
            StoreOp::Replace { old, .. } => Some(number(old.as_str())),
            _ => None,
        };
        let effect = Effect {
            name: op.name(),
            key: number(op.key().as_str()),
            old,
            ends: self.script.has(Act::Destroy),
            resets: self.resets,
            logs_in: self.logs_in,
            epoch: self.is_ada.then_some(self.epoch),
            now,
        };
        let doubt = self.script.doubt.filter(|doubt| doubt.op == self.ops);
        self.ops += 1;
        let answer = match doubt {
            Some(doubt) if !doubt.done => Answer::Unknown,
            _ => world.store.apply(op, now).unwrap(),
        };
        let was_done = matches!(answer, Answer::Done(_));
        if was_done {
            world.ledger.note(effect);
            if let Some(line) =
                world.ledger.line(effect.key).filter(|_| effect.name != "destroy" && effect.name != "touch")
            {
                let resets = world.ledger.lines()[line].resets;
                self.written.push(Written { marks: marks & self.edited, line, resets });
            }
            (self.logs_in, self.resets) = (false, false);
            world.check();
        }
        if doubt.is_some() {
            self.doubted = Some((was_done, world.ledger.effects));
            return Answer::Unknown;
        }
        answer
    }

    fn store(&mut self, world: &mut World<'_>) {
        let mut outcome = self.session.take().unwrap().close(world.now());
        if self.script.doubt.is_some() {
            let mut write_id = [0xee; 9];
            write_id[0] = u8::try_from(self.index).unwrap();
            outcome = outcome.with_write_id(WriteId::from_random(write_id));
        }
        let marks = *outcome.session().data();
        self.kept = marks & self.edited;
        let answer = outcome.op().map(|op| self.perform(op, marks, world));
        if self.script.doubt.is_some_and(|doubt| doubt.looks_again) {
            (self.outcome, self.answer) = (Some(outcome), answer);
        } else {
            self.settled = Some(outcome.settle(answer));
        }
    }

    fn look_again(&mut self, world: &mut World<'_>) {
        let outcome = self.outcome.take().unwrap();
        if let (Some(Answer::Unknown), Some(op)) = (self.answer, outcome.op()) {
            let now = world.now();
            let confirmed = outcome.confirm(world.store.load(op.key(), now).unwrap());
            let (was_done, effects) = self.doubted.unwrap();
            let says_done = matches!(confirmed, Answer::Done(_)) || op.name() == "destroy" && confirmed == Answer::Gone;
            let is_alone = effects == world.ledger.effects && op.name() != "touch";
            if says_done && !was_done && op.name() != "destroy" || is_alone && was_done && !says_done {
                world
                    .ledger
                    .fault(Law::Confirmed, format!("{} was done: {was_done}, is said: {confirmed:?}", op.name()));
            }
            self.answer = Some(confirmed);
        }
        self.settled = Some(outcome.settle(self.answer));
    }

    fn arrive(&mut self, world: &mut World<'_>) {
        let manager: &SessionManager<'_, u32, _> = self.manager(world);
        let settled = self.settled.take().unwrap();
        let answer = manager.set_cookie(&settled);
        if let Err(AnswerError::Lost(_)) = answer {
            self.told = Told::Refused;
            return;
        }
        let line = answer.unwrap().map(|line| line.to_string());
        self.told = if self.has_failed { Told::Refused } else { Told::Done };
        if let Some(line) = line.filter(|_| !self.is_another_browser()) {
            world.jar.take(&line, (self.index, settled.cookie_reason()));
        }
        if self.told == Told::Done && self.script.has(Act::Destroy) {
            // Whatever it was told of: the session that its cookie named has ended for the user.
            for number in Jar::numbers(&self.header) {
                world.ledger.end(number);
            }
            world.check();
        }
    }

    /// Where somebody was told to be logged in.
    pub(super) fn login(&self) -> Option<&Written> {
        let logs_in = self.script.acts.iter().any(|act| matches!(act, Act::Login(_)));
        self.written.last().filter(|_| logs_in && self.told == Told::Done && !self.is_another_browser())
    }

    fn is_another_browser(&self) -> bool {
        matches!(self.script.carries, Carries::Id(_))
    }

    fn next_id(&mut self) -> SessionId {
        self.ids += 1;
        id(u8::try_from(self.index * EACH * 2 + self.ids).unwrap())
    }
}
