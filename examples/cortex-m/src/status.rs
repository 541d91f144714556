//! The state of the device, for tests and measurements. **A product leaves this page out.**

use core::fmt;

use session_core::{Record, Timestamp};
use session_core_picoserve::Look;

use crate::sessions::{PLACES, Sessions, Visits};
use crate::{board, users};

/// What `/status` tells.
pub struct Status {
    uptime: i64,
    sessions: usize,
    is_sound: bool,
    stack: (usize, usize),
}

impl Status {
    pub fn new(look: &Look<'_, Sessions>) -> Self {
        let store = session_core_picoserve::Sessions::store(look.app);
        let mut handles = [None; PLACES];
        let mut is_sound = true;
        let mut sessions = 0;
        for (key, record) in store.all(look.now) {
            let handle = look.app.handle(key);
            is_sound &= is_session(record, look.now) && !handles.contains(&Some(handle));
            match handles.get_mut(sessions) {
                Some(place) => *place = Some(handle),
                None => is_sound = false,
            }
            sessions += 1;
        }
        Self { uptime: look.now.as_unix_ms(), sessions, is_sound, stack: board::stack() }
    }
}

/// Whether it is what this firmware stores, and nothing else: a session of a user who has logged in before now, and will
/// be logged out after.
fn is_session(record: &Record<Visits>, now: Timestamp) -> bool {
    let Some(ticket) = record.ticket() else { return false };
    let is_user = ticket.principal().is_some_and(|principal| users::find(principal.as_str()).is_some());
    is_user && ticket.login().is_some_and(|login| login <= now) && ticket.end() > now
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { uptime, sessions, is_sound, stack: (used, all) } = self;
        writeln!(f, "uptime_ms {uptime}\nsessions {sessions}\nplaces {PLACES}")?;
        writeln!(f, "table {}", if *is_sound { "sound" } else { "corrupt" })?;
        writeln!(f, "firmware_stack {used}\nstack {all}")
    }
}
