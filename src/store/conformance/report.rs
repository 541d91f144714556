//! What the rules came to.

use core::fmt;

use super::super::Answer;
use super::rule::Rule;

/// Which rules a store holds to, and where it does not.
///
/// ```
/// use session_core::conformance::{Reply, Rule, check};
/// use session_core::{FixedStore, Timestamp};
///
/// // It has room for two sessions, where the rules need 16.
/// let mut store = FixedStore::<u32, 2>::new();
/// let report = check(&mut store, &[1, 2, 3], &"run".parse()?, |ms| Timestamp::UNIX_EPOCH.saturating_add(ms.into()));
///
/// assert!(report.holds(Rule::PutLoad) && !report.holds(Rule::LoadAlive));
/// let failure = report.failures().next().expect("there is one");
/// assert_eq!((failure.expected(), failure.given()), (Reply::Done, Reply::Error));
/// # Ok::<(), session_core::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the store may have failed"]
pub struct Report {
    /// Side by side with [`Rule::ALL`].
    failures: [Option<Failure>; Rule::ALL.len()],
}

impl Report {
    pub(super) const fn new() -> Self {
        Self { failures: [None; Rule::ALL.len()] }
    }

    /// Notes what a rule came to.
    pub(super) fn note(&mut self, rule: Rule, held: Step) {
        let Err(Fault { asked, expected, given }) = held else { return };
        let places = Rule::ALL.iter().zip(&mut self.failures);
        for (_, place) in places.filter(|(of, _)| **of == rule) {
            *place = Some(Failure { rule, asked, expected, given });
        }
    }

    /// Every rule, and where the store does not hold to it.
    pub fn rules(&self) -> impl Iterator<Item = (Rule, Option<Failure>)> {
        Rule::ALL.into_iter().zip(self.failures)
    }

    /// What the store does not hold to.
    pub fn failures(&self) -> impl Iterator<Item = Failure> {
        self.failures.into_iter().flatten()
    }

    /// Whether the store holds to a rule.
    #[must_use]
    pub fn holds(&self, rule: Rule) -> bool {
        self.failures().all(|failure| failure.rule != rule)
    }

    /// Whether the store holds to all of them.
    ///
    /// # Errors
    ///
    /// The first [`Failure`].
    pub fn result(&self) -> Result<(), Failure> {
        self.failures().next().map_or(Ok(()), Err)
    }
}

/// The failures, one a line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.result().is_ok() {
            return f.write_str("the store holds to every rule");
        }
        self.failures().try_for_each(|failure| writeln!(f, "{failure}"))
    }
}

/// Where a store does not hold to a rule. It says nothing of what the store holds.
///
/// A rule also fails if what has to be there for it could not be written. A store's own error is
/// [`Reply::Error`]: whoever wants to see it, prints it where it is made.
///
/// ```
/// use session_core::conformance::check;
/// use session_core::{FixedStore, Timestamp};
///
/// let report = check(&mut FixedStore::<u32, 0>::new(), &[1, 2, 3], &"run".parse()?, |_| Timestamp::UNIX_EPOCH);
/// let failure = report.result().expect_err("it has no room");
/// assert_eq!(
///     failure.to_string(),
///     "load finds a record that has not ended, or has no end: to put, done was expected and an error was given"
/// );
/// # Ok::<(), session_core::IdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    rule: Rule,
    asked: &'static str,
    expected: Reply,
    given: Reply,
}

impl Failure {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What the store was asked: `load`, or the name of a [`StoreOp`](crate::store::StoreOp).
    #[must_use]
    pub const fn asked(&self) -> &'static str {
        self.asked
    }

    /// What it should have said; [`Reply::Gone`] where [`Reply::Conflict`] would have done too, and [`Reply::Moved`] where
    /// [`Reply::Nothing`] would.
    #[must_use]
    pub const fn expected(&self) -> Reply {
        self.expected
    }

    /// What it said.
    #[must_use]
    pub const fn given(&self) -> Reply {
        self.given
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, asked, expected, given } = self;
        write!(f, "{rule}: to {asked}, {expected} was expected and {given} was given")
    }
}

impl core::error::Error for Failure {}

/// What a store said, or should have said.
///
/// ```
/// use session_core::conformance::Reply;
///
/// assert_eq!(Reply::OtherEnd.to_string(), "a record with another end");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// [`Answer::Conflict`](crate::store::Answer::Conflict)
    Conflict,
    /// [`Answer::Done`](crate::store::Answer::Done)
    Done,
    /// It failed with an error of its own.
    Error,
    /// [`Answer::Exists`](crate::store::Answer::Exists)
    Exists,
    /// [`Answer::Gone`](crate::store::Answer::Gone)
    Gone,
    /// A record of [`Record::moved`](crate::record::Record::moved).
    Moved,
    /// No record.
    Nothing,
    /// A record whose cookie has other attributes or another `originalMaxAge`.
    OtherCookie,
    /// A record with other data.
    OtherData,
    /// A record whose cookie ends over five seconds earlier or later.
    OtherEnd,
    /// A record that was found under another key.
    OtherKey,
    /// A record with another ticket.
    OtherTicket,
    /// A record to which over five seconds more or less are left than until its end.
    OtherTimeLeft,
    /// The record that was written.
    Record,
    /// Two samples that are equal: no rule is checked by these.
    SameSamples,
    /// [`Answer::Unknown`](crate::store::Answer::Unknown)
    Unknown,
}

impl<V> From<&Answer<V>> for Reply {
    fn from(answer: &Answer<V>) -> Self {
        match answer {
            Answer::Done(_) => Self::Done,
            Answer::Gone => Self::Gone,
            Answer::Exists => Self::Exists,
            Answer::Conflict => Self::Conflict,
            Answer::Unknown => Self::Unknown,
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conflict => "conflict",
            Self::Done => "done",
            Self::Error => "an error",
            Self::Exists => "exists",
            Self::Gone => "gone",
            Self::Moved => "a moved record",
            Self::Nothing => "no record",
            Self::OtherCookie => "a record with another cookie",
            Self::OtherData => "a record with other data",
            Self::OtherEnd => "a record with another end",
            Self::OtherKey => "a record of another key",
            Self::OtherTicket => "a record with another ticket",
            Self::OtherTimeLeft => "a record with another time left",
            Self::Record => "the record",
            Self::SameSamples => "the same sample twice",
            Self::Unknown => "unknown",
        })
    }
}

/// A step of a rule.
pub(super) type Step<T = ()> = Result<T, Fault>;

/// A step at which a store did not say what it should have said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) asked: &'static str,
    pub(super) expected: Reply,
    pub(super) given: Reply,
}
