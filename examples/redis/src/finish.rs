//! The end of a request: what is left to do is done, and what became of it is found out.

use session_core::{Answer, Outcome, Settled, StoreKey, StoreOp, Timestamp, WriteId};

use crate::error::StoreError;
use crate::store::{RedisStore, Revision};

impl<T> RedisStore<T> {
    /// Does what the end of a request asks for, and where Redis did not answer, finds out what it has done.
    ///
    /// | asked for | no answer came: then | it says |
    /// |---|---|---|
    /// | create, update, replace | what stands there now is read | `Done` if it is of this request |
    /// | destroy | it is asked for once more | what that comes to |
    /// | put, touch | nothing | `Unknown` |
    ///
    /// What may have been created for a cookie that is not sent is removed again.
    ///
    /// ```no_run
    /// # use session_core::{Document, Session, Settled, Timestamp};
    /// # use session_core_redis::{RedisStore, Revision, StoreError};
    /// # async fn end(store: RedisStore<Document>, session: Session<'static, Document, Revision>)
    /// # -> Result<(), StoreError> {
    /// let now = Timestamp::now();
    /// let settled = store.finish(session.close(now), now).await?; // 503 if that fails
    /// # let _ = settled;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written. Answer with 503.
    pub async fn finish<'c>(
        &self,
        outcome: Outcome<'c, T, Revision>,
        now: Timestamp,
    ) -> Result<Settled<'c, T, Revision>, StoreError> {
        let mut random = [0; 9];
        let outcome = match getrandom::fill(&mut random) {
            Ok(()) => outcome.with_write_id(WriteId::from_random(random)),
            // Then an answer that does not come stays unknown.
            Err(_) => outcome,
        };
        let Some(op) = outcome.op() else { return Ok(outcome.settle(None)) };
        let answer = match self.apply(op, now).await? {
            Answer::Unknown => self.confirm(&outcome, now).await,
            answer => answer,
        };
        Ok(outcome.settle(Some(answer)))
    }

    async fn confirm(&self, outcome: &Outcome<'_, T, Revision>, now: Timestamp) -> Answer<Revision> {
        match outcome.op() {
            Some(op @ StoreOp::Destroy { .. }) => self.apply(op, now).await.unwrap_or(Answer::Unknown),
            Some(StoreOp::Update { .. }) => self.reread(outcome, None).await,
            Some(StoreOp::Create { key, .. }) => {
                let answer = self.reread(outcome, None).await;
                self.take_back_unless_taken(&key, &answer).await;
                answer
            }
            Some(StoreOp::Replace { key, old, moved_until, .. }) => {
                let marked = moved_until.filter(|until| *until > now).map(|_| old);
                let answer = self.reread(outcome, marked).await;
                self.take_back_unless_taken(&key, &answer).await;
                answer
            }
            Some(StoreOp::Put { .. } | StoreOp::Touch { .. }) | None => Answer::Unknown,
        }
    }

    /// What stands under the keys of the operation now.
    ///
    /// A replace leaves a mark. Where there is none, another request has ended the session in between, and so the new one
    /// ends too.
    async fn reread(&self, outcome: &Outcome<'_, T, Revision>, marked: Option<StoreKey>) -> Answer<Revision> {
        let mut found = Vec::new();
        for key in outcome.keys() {
            match self.load(&key).await {
                Ok(loaded) => found.extend(loaded),
                Err(_) => return Answer::Unknown,
            }
        }
        if marked.is_some_and(|old| found.iter().all(|loaded| *loaded.key() != old)) {
            return Answer::Gone;
        }
        outcome.confirm(found)
    }

    /// `Conflict` says that the key is another session's.
    async fn take_back_unless_taken(&self, key: &StoreKey, answer: &Answer<Revision>) {
        if !matches!(answer, Answer::Done(_) | Answer::Conflict) {
            self.take_back(key).await;
        }
    }
}
