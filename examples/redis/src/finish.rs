//! The end of a request: what is left to do is done, and where Redis did not answer, what it has done is found out.
//!
//! | asked for | no answer came: then | and that says |
//! |---|---|---|
//! | update | it is asked for again, since it compares | `Done` also where this request's write stands there |
//! | create | what stands there is read | `Done` if it is of this request |
//! | replace | the same; if it is, the old one is asked to go again | `Done` also where the mark of this request stands |
//! | destroy | it is asked for again | what that comes to |
//! | put | what stands there is read | `Done` if it is what was written, else an error |
//! | touch | nothing: the session lives on | `Unknown`, which is no loss |
//!
//! A create is not sent again: if the first one is still under way, it would bring back what has been destroyed by then.
//! What was perhaps created for a cookie that is not sent is removed again.

use session_core::{Answer, Outcome, Record, Settled, StoreKey, StoreOp, Ticket, Timestamp, WriteId};

use crate::error::{Failure, StoreError, StoreErrorKind};
use crate::report::Incident;
use crate::store::{RedisStore, Revision};

impl<T> RedisStore<T> {
    /// Does what the end of a request asks for, and where Redis did not answer, finds out what it has done.
    ///
    /// Under the `recommended` preset each write carries a new write id, by which it is found again. Where nothing can be
    /// found out, [`Settled::lost`] says so. That the use of a session was not noted is no reason to fail a request: it is
    /// an [`Incident`].
    ///
    /// ```no_run
    /// # use session_core::{Document, Key, Session, SessionManager, Timestamp};
    /// # use session_core_redis::{RedisStore, Revision};
    /// # async fn end(
    /// #     store: RedisStore<Document>,
    /// #     manager: SessionManager<'static, Document, Vec<Key>>,
    /// #     session: Session<'static, Document, Revision>,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let now = Timestamp::now();
    /// let settled = store.finish(session.close(now), now).await?;
    /// for (name, value) in manager.headers(&settled)? {
    ///     println!("{name}: {value}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written, or, under the `express` preset, perhaps nothing. Answer with 503.
    pub async fn finish<'c>(
        &self,
        mut outcome: Outcome<'c, T, Revision>,
        now: Timestamp,
    ) -> Result<Settled<'c, T, Revision>, StoreError> {
        if matches!(outcome.op(), Some(StoreOp::Create { .. } | StoreOp::Update { .. } | StoreOp::Replace { .. })) {
            let mut random = [0; 9];
            getrandom::fill(&mut random).map_err(|_| StoreError::new(StoreErrorKind::Random))?;
            outcome = outcome.with_write_id(WriteId::from_random(random));
        }
        let Some(op) = outcome.op() else { return Ok(outcome.settle(None)) };
        let answer = match self.perform(op, now).await {
            Ok(answer) => answer,
            Err(failure) => return self.find_out(outcome, failure, now).await,
        };
        Ok(outcome.settle(Some(answer)))
    }

    async fn find_out<'c>(
        &self,
        outcome: Outcome<'c, T, Revision>,
        failure: Failure,
        now: Timestamp,
    ) -> Result<Settled<'c, T, Revision>, StoreError> {
        let answer = match outcome.op() {
            Some(StoreOp::Touch { .. }) => {
                (self.settings.report)(Incident::NotTouched(failure.error));
                return Ok(outcome.settle(Some(Answer::Unknown)));
            }
            _ if !failure.may_be_done => return Err(failure.error),
            Some(StoreOp::Put { key, record, .. }) => self.was_put(&key, record).await,
            Some(StoreOp::Create { key, record, .. }) => self.was_created(&key, record).await,
            Some(StoreOp::Update { key, record, revision, .. }) => {
                self.update(&key, record, revision, now, true).await.unwrap_or(Answer::Unknown)
            }
            Some(StoreOp::Replace { old, key, record, revision: Some(revision), moved_until, .. }) => {
                let until = moved_until.filter(|until| *until > now);
                self.was_replaced((&old, revision, until), &key, record, now).await
            }
            Some(op @ StoreOp::Destroy { .. }) => self.perform(op, now).await.unwrap_or(Answer::Unknown),
            // A session that was loaded always has a revision.
            Some(StoreOp::Replace { .. }) | None => Answer::Unknown,
        };
        let is_of_express = matches!(outcome.op(), Some(StoreOp::Put { .. } | StoreOp::Destroy { .. }));
        let is_unknown = answer == Answer::Unknown;
        let settled = outcome.settle(Some(answer));
        // The express preset has no word for it.
        if is_unknown && is_of_express && settled.lost().is_none() { Err(failure.error) } else { Ok(settled) }
    }

    async fn was_put(&self, key: &StoreKey, record: &Record<T>) -> Answer<Revision> {
        match (self.load(key).await, self.write(record)) {
            (Ok(Some(loaded)), Ok(document)) if *loaded.revision() == document => Answer::Done(document),
            _ => Answer::Unknown,
        }
    }

    async fn was_created(&self, key: &StoreKey, record: &Record<T>) -> Answer<Revision> {
        match self.load(key).await {
            Ok(Some(loaded)) if is_same_write(loaded.record(), record) => {
                Answer::Done(Revision::clone(loaded.revision()))
            }
            Ok(Some(_)) => Answer::Exists,
            Ok(None) => Answer::Unknown,
            Err(_) => {
                self.take_back(key).await;
                Answer::Unknown
            }
        }
    }

    async fn was_replaced(
        &self,
        (old, revision, until): (&StoreKey, &Revision, Option<Timestamp>),
        key: &StoreKey,
        record: &Record<T>,
        now: Timestamp,
    ) -> Answer<Revision> {
        let created = match self.was_created(key, record).await {
            Answer::Done(created) => created,
            answer => return answer,
        };
        match self.retire(old, revision, until, now, true).await {
            Ok(Answer::Done(_)) => Answer::Done(created),
            answer => {
                self.take_back(key).await;
                answer.unwrap_or(Answer::Unknown)
            }
        }
    }
}

/// Whether one record was written by the request that has written the other.
pub(crate) fn is_same_write<T>(one: &Record<T>, other: &Record<T>) -> bool {
    let write_id = |record: &Record<T>| record.ticket().and_then(Ticket::write_id);
    write_id(one).is_some() && write_id(one) == write_id(other)
}
