//! The model: which ids are names of one session, what has become of it, and what laws that leaves.

use std::collections::BTreeMap;

use session_core::{Expires, Record, Ticket, Timestamp};

use super::world::LIMITS;

/// What is held under [`Policy::recommended`](session_core::Policy::recommended), whatever the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Law {
    /// What has ended does not come back, and who was told that it ended was told the truth.
    Ended,
    /// What a request was told is done is there.
    Edits,
    /// No id that was there before a login leads to who has logged in, and none is adopted.
    Fixation,
    /// Who was told that they are logged in has the cookie of it.
    Login,
    /// Creation, login and end move with a login alone.
    Times,
    /// A session is in the store once.
    Forks,
    /// Who only looks leaves no trace.
    Passive,
    /// What is found out after an answer that got lost is what was done.
    Confirmed,
}

/// What is done to a record by an operation that was performed.
#[derive(Clone, Copy)]
pub(super) struct Effect {
    pub(super) name: &'static str,
    pub(super) key: u8,
    /// In whose place it comes.
    pub(super) old: Option<u8>,
    /// The request was to end the session.
    pub(super) ends: bool,
    /// The request has let go of the data, since another principal logged in or the session was made anew.
    pub(super) resets: bool,
    /// The request logs in.
    pub(super) logs_in: bool,
    /// In this epoch of ada's.
    pub(super) epoch: Option<u64>,
    pub(super) now: Timestamp,
}

/// A session under whatever id.
#[derive(Clone, Default, Debug)]
pub(super) struct Line {
    pub(super) has_ended: bool,
    /// How often its data were let go of.
    pub(super) resets: u32,
    /// The latest time at which a request used it.
    used: Option<Timestamp>,
    ticket: Option<Ticket>,
    epoch: Option<u64>,
    /// It is about to be written by a login.
    logs_in: bool,
}

#[derive(Clone, Default)]
pub(super) struct Ledger {
    /// By the number of an id.
    line_of: BTreeMap<u8, usize>,
    lines: Vec<Line>,
    /// Who was logged in when an id was first seen.
    principal_of: BTreeMap<u8, Option<String>>,
    /// A session of another browser.
    pub(super) foreign: Option<u8>,
    /// Operations that changed something.
    pub(super) effects: usize,
    pub(super) faults: Vec<(Law, String)>,
}

impl Ledger {
    pub(super) fn fault(&mut self, law: Law, detail: impl Into<String>) {
        self.faults.push((law, detail.into()));
    }

    /// Notes what the store has done.
    pub(super) fn note(&mut self, effect: Effect) {
        let Effect { name, key, old, .. } = effect;
        self.effects += 1;
        match (name, old.and_then(|old| self.line(old))) {
            ("replace", Some(line)) => {
                self.line_of.insert(key, line);
            }
            ("replace" | "create", _) => self.begin(key),
            ("put", _) if self.line(key).is_none() => self.begin(key),
            ("destroy", _) if effect.ends => self.end(key),
            _ => {}
        }
        let Some(line) = self.line(key) else { return };
        let line = &mut self.lines[line];
        if matches!(name, "replace" | "create" | "update") {
            line.resets += u32::from(effect.resets);
            if effect.resets || effect.logs_in {
                line.epoch = effect.epoch;
            }
            line.logs_in = effect.logs_in;
        }
        line.used = line.used.max(Some(effect.now));
    }

    fn begin(&mut self, key: u8) {
        self.line_of.insert(key, self.lines.len());
        self.lines.push(Line::default());
    }

    /// The session of this id was told to have ended.
    pub(super) fn end(&mut self, key: u8) {
        if let Some(line) = self.line(key) {
            self.lines[line].has_ended = true;
        }
    }

    /// A request has found the session of this id alive: by what was loaded in this epoch, at this time.
    pub(super) fn found(&mut self, key: u8, had_ended: bool, epoch: u64, now: Timestamp) -> Option<usize> {
        let Some(place) = self.line(key) else {
            self.fault(Law::Fixation, format!("id {key} was adopted"));
            return None;
        };
        let line = &mut self.lines[place];
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let idle = line.used.map(|used| used.saturating_add(LIMITS.idle()));
        let why = [
            (had_ended, "was ended"),
            (over(line.ticket.map(|ticket| ticket.end())), "is too old"),
            (over(idle), "was not used for too long"),
            (line.epoch.is_some_and(|of_login| of_login != epoch), "was signed out everywhere"),
        ];
        line.used = line.used.max(Some(now));
        for (_, why) in why.iter().filter(|(is_so, _)| *is_so) {
            self.fault(Law::Ended, format!("id {key} was found alive, and {why}"));
        }
        Some(place)
    }

    /// Compares what is in the store with what may be there.
    pub(super) fn check(&mut self, sessions: &[(u8, Record<u32>)]) {
        let mut seen = Vec::new();
        for (key, record) in sessions {
            let Some(place) = self.line(*key) else {
                self.fault(Law::Fixation, format!("id {key} was adopted"));
                continue;
            };
            if seen.contains(&place) {
                self.fault(Law::Forks, format!("id {key} is one of two of a session"));
            }
            seen.push(place);
            if self.lines[place].has_ended {
                self.fault(Law::Ended, format!("id {key} is in the store after its end"));
            }
            let principal = record.principal().map(|principal| principal.as_str().to_owned());
            if *self.principal_of.entry(*key).or_insert_with(|| principal.clone()) != principal {
                self.fault(Law::Fixation, format!("id {key} was there before {principal:?} logged in"));
            }
            self.check_times(place, record);
        }
    }

    fn check_times(&mut self, place: usize, record: &Record<u32>) {
        let line = &mut self.lines[place];
        let Some(now) = record.ticket().copied() else { return };
        let before = line.ticket.replace(now).filter(|_| !line.logs_in);
        line.logs_in = false;
        if !matches!(record.cookie().expiry().expires(), Expires::At(expires) if expires <= now.end()) {
            self.fault(Law::Times, format!("what is stored of {now:?} outlives it"));
        }
        let is_later = |before: &Ticket| {
            now.created() > before.created() || now.login() > before.login() || now.end() > before.end()
        };
        if let Some(before) = before.filter(is_later) {
            self.fault(Law::Times, format!("{before:?} became {now:?}"));
        }
    }

    /// Whether an id names the session of another browser.
    pub(super) fn is_foreign(&self, key: u8) -> bool {
        self.foreign.is_some_and(|foreign| self.line(foreign) == self.line(key))
    }

    pub(super) fn line(&self, key: u8) -> Option<usize> {
        self.line_of.get(&key).copied()
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether the session may be over by the clock, or is over for its principal.
    pub(super) fn may_be_over(&self, line: usize, now: Timestamp, epoch: u64) -> bool {
        let Line { has_ended, used, ticket, epoch: of_login, .. } = &self.lines[line];
        let idle = LIMITS.idle() - LIMITS.touch_after();
        let by_clock = used.is_none_or(|used| used.saturating_add(idle) <= now)
            || ticket.is_some_and(|ticket| {
                ticket.end() <= now || ticket.created() > now.saturating_add(LIMITS.clock_skew())
            });
        *has_ended || by_clock || of_login.is_some_and(|of_login| of_login != epoch)
    }
}
