//! A kit for authors of stores: each rule that a session relies on, tried on a store.
//!
//! Every rule is written once, for a [`Subject`], whose methods give futures. [`check`] runs the same rules on a
//! [`SessionStore`] with futures that are ready at once.
//!
//! | what is needed | here |
//! |---|---|
//! | a key for each record | `run`, a dash and a number; what a rule has written is destroyed at its end |
//! | three values of data | `samples`, no two of them equal |
//! | time | `wait`: about two seconds in all, in one call; every other call has 0 ms |
//! | room | 16 sessions at once |

mod ends;
mod kit;
mod replaces;
mod report;
mod rule;
mod touches;
mod writes;

use core::future::{Future, ready};
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use self::kit::Kit;
pub use self::report::{Failure, Reply, Report};
pub use self::rule::Rule;
use super::{Answer, SessionStore, StoreOp};
use crate::id::{SessionId, StoreKey};
use crate::record::Loaded;
use crate::time::Timestamp;

/// A store as [`check_async`] asks it: what an adapter of any database has anyway, and a clock.
///
/// The futures need not be `Send`: any executor that runs one in place will do, such as a test of tokio.
///
/// ```
/// use core::future::{Future, ready};
/// use session_core::conformance::{Subject, check_async};
/// use session_core::{Answer, FixedStore, Loaded, SessionStore, StoreFull, StoreKey, StoreOp, Timestamp};
///
/// /// It stands for a client of a database; such a one waits by sleeping, and reads the system's time.
/// struct Client(FixedStore<u32, 16>, Timestamp);
///
/// impl Subject<u32> for Client {
///     type Revision = u64;
///     type Error = StoreFull;
///
///     async fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<u32, u64>>, StoreFull> {
///         self.0.load(key, now)
///     }
///
///     async fn apply(&mut self, op: StoreOp<'_, u32, u64>, now: Timestamp) -> Result<Answer<u64>, StoreFull> {
///         self.0.apply(op, now)
///     }
///
///     fn wait(&mut self, ms: u32) -> impl Future<Output = Timestamp> {
///         self.1 = self.1.saturating_add(ms.into());
///         ready(self.1)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let run = "run-of-today".parse()?;
/// let mut client = Client(FixedStore::new(), Timestamp::UNIX_EPOCH);
/// check_async(&mut client, &[1, 2, 3], &run).await.result()?;
/// # Ok(())
/// # }
/// ```
pub trait Subject<T> {
    /// By what the store tells two writes of different records apart.
    type Revision;
    /// Why the store could not do what it was asked.
    type Error;

    /// [`SessionStore::load`], in time
    fn load(
        &mut self,
        key: &StoreKey,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Loaded<T, Self::Revision>>, Self::Error>>;

    /// [`SessionStore::apply`], in time
    fn apply(
        &mut self,
        op: StoreOp<'_, T, Self::Revision>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Answer<Self::Revision>, Self::Error>>;

    /// Lets this many ms go by on the store's clock, and says what time it is then.
    ///
    /// 0 only asks for the time. With any other number, a store on another machine is to wait some ms more, by which its
    /// clock or its answers may be late.
    fn wait(&mut self, ms: u32) -> impl Future<Output = Timestamp>;
}

/// Tries every rule on a store that answers at once.
///
/// `samples` are three values of session data of which no two are equal. Keys begin with `run`; a store that others use
/// too takes a new one for each run, such as [`SessionId::generate`] gives. `wait` is [`Subject::wait`].
///
/// ```
/// use session_core::conformance::check;
/// use session_core::{FixedStore, Timestamp};
///
/// let mut now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let report = check(&mut FixedStore::<u32, 16>::new(), &[1, 2, 3], &"run".parse()?, |ms| {
///     now = now.saturating_add(ms.into());
///     now
/// });
/// assert!(report.result().is_ok(), "{report}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check<T, S>(store: &mut S, samples: &[T; 3], run: &SessionId, wait: impl FnMut(u32) -> Timestamp) -> Report
where
    T: Clone + Default + PartialEq,
    S: SessionStore<T>,
{
    let mut subject = Immediate { store, wait };
    let mut report = pin!(check_async(&mut subject, samples, run));
    let mut context = Context::from_waker(Waker::noop());
    loop {
        // It never waits for anything, so the first turn is the last one.
        if let Poll::Ready(report) = report.as_mut().poll(&mut context) {
            return report;
        }
    }
}

/// Tries every rule on a store that takes its time; [`check`] says what the samples and the run are.
///
/// The rules are for revisions of any kind, also for one that is the stored text itself (Redis), where two writes of one
/// text are of one revision. Nothing is said about what happens at the same time, nor about a store that fails.
pub async fn check_async<T, S>(store: &mut S, samples: &[T; 3], run: &SessionId) -> Report
where
    T: Clone + Default + PartialEq,
    S: Subject<T>,
{
    let mut kit = Kit::new(store, samples, run).await;
    let mut report = Report::new();
    report.note(Rule::Samples, kit.samples());
    run_rules(&mut kit, &mut report).await;
    kit.rules_of_ends(&mut report).await;
    report
}

/// Runs those rules for which no time has to go by; each begins with nothing in the store.
async fn run_rules<T, S>(kit: &mut Kit<'_, T, S>, report: &mut Report)
where
    T: Clone + Default + PartialEq,
    S: Subject<T>,
{
    macro_rules! run {
        ($($rule:ident => $method:ident)*) => {$(
            let held = kit.$method().await;
            report.note(Rule::$rule, held);
            kit.clear().await;
        )*};
    }
    run! {
        LoadNothing => load_nothing
        PutLoad => put_load
        PutTicket => put_ticket
        PutOver => put_over
        PutEnded => put_ended
        TimeLeft => time_left
        CreateLoad => create_load
        CreateExists => create_exists
        UpdateLoaded => update_loaded
        UpdateAnswered => update_answered
        UpdateConflict => update_conflict
        UpdateNothing => update_nothing
        UpdateDestroyed => update_destroyed
        UpdateReborn => update_reborn
        TouchRevision => touch_revision
        TouchBlind => touch_blind
        TouchNothing => touch_nothing
        TouchDestroyed => touch_destroyed
        DestroyRemoves => destroy_removes
        DestroyChanged => destroy_changed
        DestroyNothing => destroy_nothing
        DestroyBoth => destroy_both
        ReplaceDone => replace_done
        ReplaceBlind => replace_blind
        ReplaceNothing => replace_nothing
        ReplaceDestroyed => replace_destroyed
        ReplaceExists => replace_exists
        ReplaceConflict => replace_conflict
        ReplaceOld => replace_old
    }
}

/// A store that answers at once, and a clock.
struct Immediate<'s, S, W> {
    store: &'s mut S,
    wait: W,
}

impl<T, S: SessionStore<T>, W: FnMut(u32) -> Timestamp> Subject<T> for Immediate<'_, S, W> {
    type Revision = S::Revision;
    type Error = S::Error;

    fn load(
        &mut self,
        key: &StoreKey,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Loaded<T, S::Revision>>, S::Error>> {
        ready(self.store.load(key, now))
    }

    fn apply(
        &mut self,
        op: StoreOp<'_, T, S::Revision>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Answer<S::Revision>, S::Error>> {
        ready(self.store.apply(op, now))
    }

    fn wait(&mut self, ms: u32) -> impl Future<Output = Timestamp> {
        ready((self.wait)(ms))
    }
}
