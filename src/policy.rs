//! How sessions live: presets, and the choices that depart from them.
//!
//! The file is long since it is a list: one choice a method, with its page.

mod changes;
mod path_rule;

use core::fmt;

use crate::at_rest::IdsAtRest;
use crate::fingerprint::Fingerprint;
use crate::limits::Limits;

pub use changes::Changes;
pub use path_rule::PathRule;

/// How a session lives: the options of express-session, and the choices that go beyond them.
///
/// There is no default: a preset is named, and what differs from it is named too. A choice that the preset does not know
/// is refused when a manager is made.
///
/// ```
/// use session_core::{Fingerprint, Policy};
///
/// const POLICY: Policy<u32> =
///     Policy::express(Fingerprint::of_hash).with_resave(false).with_save_uninitialized(false);
/// ```
///
/// `N` is for how many sessions of one request there is room at most: 4 unless [one](Self::with_one_candidate) is enough.
pub struct Policy<T, const N: usize = 4> {
    pub(crate) choices: Choices<T>,
}

/// What was chosen.
pub(crate) struct Choices<T> {
    pub(crate) switches: Switches,
    pub(crate) changes: Changes<T>,
    pub(crate) path_rule: PathRule,
    /// The recommended preset.
    pub(crate) rules: Option<Rules>,
    /// A choice was made that the preset does not know.
    pub(crate) misplaced: bool,
}

/// What decides under the recommended preset beside the switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) limits: Limits,
    pub(crate) candidates: u8,
    pub(crate) persistent: bool,
    pub(crate) epochs: bool,
    pub(crate) express_keys: bool,
    pub(crate) at_rest: IdsAtRest,
    pub(crate) moved_for: i64,
    /// The most signatures that the sessions which a request names may cost: candidates times keys.
    pub(crate) signatures: u8,
}

/// The options of express-session that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Switches {
    pub(crate) resave: bool,
    pub(crate) rolling: bool,
    pub(crate) save_uninitialized: bool,
    pub(crate) unset: Unset,
}

impl<T> Policy<T> {
    /// As express-session 1.19.0 does with no option given: `resave` and `saveUninitialized` are on.
    ///
    /// Changes are found by comparing fingerprints of the data, so that setting a value and setting it back is none.
    #[must_use]
    pub const fn express(fingerprint: fn(&T) -> Fingerprint) -> Self {
        let choices = Choices {
            switches: Switches { resave: true, rolling: false, save_uninitialized: true, unset: Unset::Keep },
            changes: Changes::Fingerprint(fingerprint),
            path_rule: PathRule::Prefix,
            rules: None,
            misplaced: false,
        };
        Self { choices }
    }

    /// Sessions that end when they should, cannot come back, and lose nothing:
    ///
    /// - A session ends when it was not used for a while, and at its end however much it is used ([`Limits::OWASP`] unless
    ///   told otherwise). Its use is noted at intervals, not with every request.
    /// - Nothing that has ended comes back because a slow request writes it late, and of two requests that change a session
    ///   the second one is told so ([`Lost`](crate::Lost)).
    /// - [`authenticated`](crate::Session::authenticated) is the one way to log in: it gives a new id, and leaves a mark
    ///   under the old one for a minute so that a slow request does not overwrite the login's cookie.
    /// - An empty session is neither stored nor sent. The cookie ends with the browser's session.
    /// - Cookies of two sessions at a time are taken for none; names, attributes and keys are checked when the manager is
    ///   made.
    #[must_use]
    pub const fn recommended() -> Self {
        let choices = Choices {
            switches: Switches { resave: false, rolling: false, save_uninitialized: false, unset: Unset::Keep },
            changes: Changes::Flag,
            path_rule: PathRule::Rfc6265,
            rules: Some(Rules {
                limits: Limits::OWASP,
                candidates: 4,
                persistent: false,
                epochs: false,
                express_keys: false,
                at_rest: IdsAtRest::Plain,
                moved_for: 60_000,
                signatures: 16,
            }),
            misplaced: false,
        };
        Self { choices }
    }

    /// How many sessions the cookies of one request may name before they are taken for none: 1 to 4, 4 unless told
    /// otherwise (`recommended` only).
    ///
    /// Each costs a signature and a look into the store. With 1 a cookie that is still signed and names no session any
    /// more keeps a second one from being found.
    #[must_use]
    pub const fn with_candidates(self, number: u8) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { candidates: number, ..rules }),
            None => self.misplace(),
        }
    }

    /// The same policy for one candidate, with room for no more: what is kept of a request, and what a store gives for it,
    /// takes a third of the stack. `express` never looks for more.
    ///
    /// ```
    /// use session_core::{Pending, Policy, SessionManager};
    ///
    /// const POLICY: Policy<u32, 1> = Policy::recommended().with_one_candidate();
    ///
    /// type Manager = SessionManager<'static, u32, [session_core::Key; 0], 1>;
    /// assert!(size_of::<Pending<'_, u32, 1>>() < size_of::<Pending<'_, u32>>() / 2);
    /// ```
    #[must_use]
    pub const fn with_one_candidate(self) -> Policy<T, 1> {
        let mut choices = self.choices;
        if let Some(rules) = choices.rules {
            choices.rules = Some(Rules { candidates: 1, ..rules });
        }
        Policy { choices }
    }

    /// The `recommended` preset for a device on a local network: plain HTTP, no clock but a counter since the last start, and
    /// room for a few sessions.
    ///
    /// | what differs | because |
    /// |---|---|
    /// | [`Limits::DEVICE`]: 10 minutes unused, an hour in all | who listens on the network is the user for as long |
    /// | one candidate | a request is to cost one signature for each key |
    /// | at most two keys, [`ConfigError::Keys`](crate::ConfigError::Keys) | the same |
    ///
    /// The rest of the preset is as it is there: the cookie has no date (`Expires` of a time since the last start would be
    /// in 1970), and ends with the browser's session or, [if it is to last](Self::with_persistent_cookie), by `Max-Age`. With
    /// it belong
    ///
    /// - [`CookieOptions::device`](crate::CookieOptions::device), which is `SameSite=Strict` and not `Secure`;
    /// - a key of this start, [`Key::derive_for_boot`](crate::Key::derive_for_boot), so that the cookies of those before name
    ///   nothing, while a clock that begins anew would take their sessions for new ones;
    /// - a cookie's name that no other device has, since browsers keep cookies by host and not by port or device;
    /// - [`FixedStore::with_logins_first`](crate::FixedStore::with_logins_first), so that strangers cannot keep users out of a
    ///   full table;
    /// - [`is_known_host`](crate::is_known_host), since a page of any site can have the browser ask the device by a name of
    ///   its own;
    /// - a counter of 64 bits: one of 32 wraps after 49 days.
    ///
    /// `SECURITY.md` says what it does not do.
    ///
    /// ```
    /// use session_core::{CookieName, CookieOptions, FixedStore, Key, Policy, SessionManager};
    ///
    /// # let (secret, random_of_this_start) = ([7; 32], [1; 16]);
    /// let name = CookieName::new("sid-7f3a")?;
    /// let key = Key::derive_for_boot(secret, Key::SESSION_COOKIES, name.as_str(), random_of_this_start)?;
    /// let manager = SessionManager::new(Policy::<u32>::device(), key.into(), name, CookieOptions::device())?;
    /// let store = FixedStore::<u32, 8>::new().with_logins_first();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn device() -> Policy<T, 1> {
        let Policy { mut choices } = Self::recommended().with_one_candidate();
        if let Some(rules) = choices.rules {
            choices.rules = Some(Rules { limits: Limits::DEVICE, signatures: 2, ..rules });
        }
        Policy { choices }
    }
}

impl<T, const N: usize> Policy<T, N> {
    /// How long sessions live (`recommended` only).
    #[must_use]
    pub const fn with_limits(self, limits: Limits) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { limits, ..rules }),
            None => self.misplace(),
        }
    }

    /// Whether the cookie has an end of its own (`Max-Age`) and so outlives the browser's session (`recommended` only).
    ///
    /// It is sent again whenever a use of the session is noted. Such an answer that comes late overwrites the cookie of a
    /// login in another tab; without an end of its own no cookie is sent for a session that keeps its id.
    #[must_use]
    pub const fn with_persistent_cookie(self, on: bool) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { persistent: on, ..rules }),
            None => self.misplace(),
        }
    }

    /// Whether each principal has an epoch, so that a user can be signed out everywhere (`recommended` only).
    ///
    /// An epoch is a number of the principal's in a database of the caller's, 0 where there is none, and counted up in one
    /// step to end all sessions of the principal. A session of another number has ended. Then
    /// [`open`](crate::Pending::open) takes no session of a principal whose epoch
    /// [`Loaded::with_epoch`](crate::Loaded::with_epoch) does not say, and who logs in says it too.
    #[must_use]
    pub const fn with_epochs(self, on: bool) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { epochs: on, ..rules }),
            None => self.misplace(),
        }
    }

    /// Whether keys may be those that express-session makes of secrets, to share cookies with it (`recommended` only).
    ///
    /// Then a route that signs other text with the same secret, as cookie-parser does, makes valid session cookies of it.
    #[must_use]
    pub const fn with_express_keys(self, on: bool) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { express_keys: on, ..rules }),
            None => self.misplace(),
        }
    }

    /// For how many ms a mark stands under the old id of a session that goes on under another one: a minute, unless told
    /// otherwise (`recommended` only).
    ///
    /// Requests that come with the old id meanwhile begin no other session, whose cookie would overwrite the new one. In a
    /// store of a few places each mark takes one; with 0 there is none.
    #[must_use]
    pub const fn with_moved_mark(self, ms: i64) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { moved_for: ms, ..rules }),
            None => self.misplace(),
        }
    }

    /// Whether the store has ids or hashes of them: ids, unless told otherwise, as Express does (`recommended` only).
    #[must_use]
    pub const fn with_ids_at_rest(self, at_rest: IdsAtRest) -> Self {
        match self.choices.rules {
            Some(rules) => self.with_rules(Rules { at_rest, ..rules }),
            None => self.misplace(),
        }
    }

    const fn with_rules(mut self, rules: Rules) -> Self {
        self.choices.rules = Some(rules);
        self
    }

    const fn misplace(mut self) -> Self {
        self.choices.misplaced = true;
        self
    }

    /// Whether a loaded session is written back though nothing has changed (`express` only).
    #[must_use]
    pub const fn with_resave(mut self, on: bool) -> Self {
        self.choices.switches.resave = on;
        self.choices.misplaced |= self.choices.rules.is_some();
        self
    }

    /// Whether the cookie is sent with every answer, so that its end moves on (`express` only).
    #[must_use]
    pub const fn with_rolling(mut self, on: bool) -> Self {
        self.choices.switches.rolling = on;
        self.choices.misplaced |= self.choices.rules.is_some();
        self
    }

    /// Whether a new session that nobody has put anything into is stored (`express` only).
    #[must_use]
    pub const fn with_save_uninitialized(mut self, on: bool) -> Self {
        self.choices.switches.save_uninitialized = on;
        self.choices.misplaced |= self.choices.rules.is_some();
        self
    }

    /// What becomes of the stored session when the handler lets go of its own.
    #[must_use]
    pub const fn with_unset(mut self, unset: Unset) -> Self {
        self.choices.switches.unset = unset;
        self
    }

    /// How changes are found.
    #[must_use]
    pub const fn with_changes(mut self, changes: Changes<T>) -> Self {
        self.choices.changes = changes;
        self
    }

    /// Which requests have a session by their path.
    #[must_use]
    pub const fn with_path_rule(mut self, rule: PathRule) -> Self {
        self.choices.path_rule = rule;
        self
    }
}

impl<T, const N: usize> Clone for Policy<T, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const N: usize> Copy for Policy<T, N> {}

impl<T> Choices<T> {
    pub(crate) fn counts_epochs(&self) -> bool {
        self.rules.is_some_and(|rules| rules.epochs)
    }
}

impl<T> Clone for Choices<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Choices<T> {}

impl<T, const N: usize> fmt::Debug for Policy<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("choices", &self.choices).field("candidates", &N).finish()
    }
}

impl<T> fmt::Debug for Choices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Choices")
            .field("switches", &self.switches)
            .field("changes", &self.changes)
            .field("path_rule", &self.path_rule)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// What becomes of the stored session when the handler lets go of its own (`req.session = null`).
///
/// ```
/// use session_core::{Fingerprint, Policy, Unset};
///
/// let policy = Policy::<u8>::express(Fingerprint::of_hash).with_unset(Unset::Destroy);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// It is destroyed at the end of the request.
    Destroy,
    /// It stays as it is.
    Keep,
}
