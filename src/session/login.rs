//! Who is logged in, and since when: the recommended preset's one way to log in.

use super::{LoginError, Mark, Opening, Session};
use crate::decision::recommended::Life;
use crate::id::SessionId;
use crate::lifetime::{self, Ending, Window};
use crate::policy::Rules;
use crate::record::Record;
use crate::ticket::{Principal, Ticket};
use crate::time::Timestamp;

/// `Number.MAX_SAFE_INTEGER`
const MOST_EPOCHS: u64 = (1 << 53) - 1;

impl<T, V> Session<'_, T, V> {
    /// Logs a user in, after the program has made sure who it is (`recommended` only).
    ///
    /// The session goes on under a new id, which nobody who knew the old one can know, and lives anew from now. What was
    /// put into it before the login stays, unless another principal was logged in. The store hears of it when the request
    /// ends, and the answer then carries the cookie: an answer that tells of a login must wait for that.
    ///
    /// Nothing else sets a login time, or moves the end of a session later.
    ///
    /// OWASP ASVS 5.0, 7.2.4: a new token at authentication.
    ///
    /// # Errors
    ///
    /// [`LoginError`]; nobody is logged in then.
    pub fn authenticated(&mut self, principal: Principal, id: SessionId, now: Timestamp) -> Result<(), LoginError>
    where
        T: Default,
    {
        if self.request.policy.counts_epochs() {
            return Err(LoginError::NeedsEpoch);
        }
        self.log_in(principal, 0, id, now)
    }

    /// The same where the policy counts epochs: with that of the principal, read before the user proved who they are.
    ///
    /// # Errors
    ///
    /// [`LoginError`]; nobody is logged in then.
    pub fn authenticated_in_epoch(
        &mut self,
        principal: Principal,
        epoch: u64,
        id: SessionId,
        now: Timestamp,
    ) -> Result<(), LoginError>
    where
        T: Default,
    {
        self.log_in(principal, epoch, id, now)
    }

    /// What the recommended preset keeps of the session.
    #[must_use]
    pub const fn ticket(&self) -> Option<&Ticket> {
        self.record.ticket()
    }

    /// Who is logged in; nobody after the end of the session, and always under the `express` preset.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.record.ticket().filter(|_| self.is_live())?.principal()
    }

    /// Whether the user has logged in less than `max_age` ms ago: to be asked before a change of the password and the
    /// like (OWASP ASVS 5.0, 7.5.1 and 7.5.2).
    #[must_use]
    pub fn is_fresh(&self, max_age: i64, now: Timestamp) -> bool {
        let Some((rules, ticket)) = self.request.policy.rules.zip(self.record.ticket()) else { return false };
        self.is_live() && lifetime::is_fresh(&rules.limits, ticket, max_age, now)
    }

    fn log_in(&mut self, principal: Principal, epoch: u64, id: SessionId, now: Timestamp) -> Result<(), LoginError>
    where
        T: Default,
    {
        let rules = self.request.policy.rules.ok_or(LoginError::Preset)?;
        if epoch > MOST_EPOCHS {
            return Err(LoginError::Epoch);
        }
        match (self.life, self.guard.opening) {
            (Life::Live, _) => {}
            // Under the old id there is nothing to work with, yet a login needs nothing of it: the answer to the one that
            // moved the session may have been lost on its way.
            (Life::None, Opening::Ended(Ending::Moved)) => self.life = Life::Live,
            (Life::None, opening) if opening.is_none() => return Err(LoginError::Ambiguous),
            (Life::None | Life::Ended { .. }, _) => return Err(LoginError::Ended),
        }
        if self.record.ticket().and_then(Ticket::principal).is_some_and(|before| *before != principal) {
            *self.record.data_mut() = T::default();
            // Nothing of it goes on, so it does not matter what another request has written.
            self.revision = None;
        }
        self.rename(id, now);
        self.begin_window(&rules, now);
        let ticket = Ticket::anonymous(now, self.guard.window.end);
        *self.record.ticket_mut() = Some(Ticket { login: Some(now), epoch, principal: Some(principal), ..ticket });
        self.original = Mark::Altered;
        Ok(())
    }

    fn begin_window(&mut self, rules: &Rules, now: Timestamp) {
        self.guard.window = Window::beginning(&rules.limits, now);
        self.renew_cookie(now);
    }

    /// Nobody is logged in any more; the end stays what it is.
    pub(super) fn log_out_of_ticket(&mut self) {
        if let Some(ticket) = self.record.ticket_mut() {
            *ticket = Ticket::anonymous(ticket.created, self.guard.window.end);
        }
    }
}

impl<T> Record<T> {
    /// Who is logged in with it.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.ticket()?.principal()
    }
}
