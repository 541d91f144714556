//! The rules for which time has to go by: what each needs is written first, then all wait together, and then the store is
//! asked what became of it.

use super::super::StoreOp;
use super::Subject;
use super::kit::{Kit, LIFE, LONG, SHORT};
use super::report::{Reply, Report, Step};
use super::rule::Rule;
use crate::id::StoreKey;
use crate::record::Record;

/// In ms: later than the end of a short life by less than a minute.
const HALF_A_MINUTE: i64 = 30_000;

/// Where a record ends after a short life, and its revision.
type Short<V> = (StoreKey, V);
/// Where which record is to be found.
type Kept<T> = (StoreKey, Record<T>);

impl<T: Clone + Default + PartialEq, S: Subject<T>> Kit<'_, T, S> {
    pub(super) async fn rules_of_ends(&mut self, report: &mut Report) {
        let load = self.short().await;
        let create = self.short().await;
        let update = self.short().await;
        let touch = self.short().await;
        let replace = self.short().await;
        let alive = self.alive().await;
        let moved = self.moved_until().await;
        let moves = self.touch_moves().await;
        let later = self.touch_keeps_later().await;
        let conflict = self.touch_conflict().await;
        let marks = self.replace_marks().await;

        self.wait(SHORT).await;

        report.note(Rule::LoadAlive, self.then(alive, Self::are_alive).await);
        report.note(Rule::LoadEnded, self.then(load, async |kit, (key, _)| kit.nothing(&key).await).await);
        report.note(Rule::LoadMoved, self.then(moved, async |kit, key| kit.nothing(&key).await).await);
        report.note(Rule::CreateEnded, self.then(create, Self::create_ended).await);
        report.note(Rule::UpdateEnded, self.then(update, Self::update_ended).await);
        report.note(Rule::TouchMoves, self.then(moves, Self::is_alive).await);
        report.note(Rule::TouchKeepsLater, self.then(later, Self::is_alive).await);
        report.note(Rule::TouchConflict, self.then(conflict, async |kit, key| kit.nothing(&key).await).await);
        report.note(Rule::TouchEnded, self.then(touch, Self::touch_ended).await);
        report.note(Rule::ReplaceMarks, self.then(marks, Self::replace_marked).await);
        report.note(Rule::ReplaceEnded, self.then(replace, Self::replace_ended).await);
        self.clear().await;
    }

    /// The second half of a rule, if the first one held.
    async fn then<P>(&mut self, before: Step<P>, after: impl AsyncFnOnce(&mut Self, P) -> Step) -> Step {
        after(self, before?).await
    }

    async fn short(&mut self) -> Step<Short<S::Revision>> {
        let key = self.key();
        let revision = self.done(StoreOp::put(key, &self.record(self.one, SHORT.into()))).await?;
        Ok((key, revision))
    }

    async fn create_ended(&mut self, (key, _): Short<S::Revision>) -> Step {
        let record = self.record(self.two, LIFE);
        self.done(StoreOp::create(key, &record)).await?;
        self.keeps(&key, &record).await
    }

    async fn update_ended(&mut self, (key, revision): Short<S::Revision>) -> Step {
        self.says(Reply::Gone, StoreOp::update(key, &self.record(self.two, LIFE), &revision)).await?;
        self.nothing(&key).await
    }

    async fn touch_ended(&mut self, (key, revision): Short<S::Revision>) -> Step {
        for revision in [None, Some(&revision)] {
            self.says(Reply::Gone, StoreOp::Touch { key, cookie: &self.cookie(LIFE), revision }).await?;
            self.nothing(&key).await?;
        }
        Ok(())
    }

    async fn replace_ended(&mut self, (old, revision): Short<S::Revision>) -> Step {
        let key = self.key();
        for revision in [None, Some(&revision)] {
            let (record, until) = (self.record(self.two, LIFE), Some(self.in_ms(LIFE)));
            self.says(Reply::Gone, StoreOp::replace(old, key, &record, revision, until)).await?;
            self.nothing(&key).await?;
            self.nothing(&old).await?;
        }
        Ok(())
    }

    async fn alive(&mut self) -> Step<[Kept<T>; 2]> {
        let ends = (self.key(), self.record(self.one, LIFE));
        let mut never = (self.key(), self.record(self.two, LIFE));
        never.1.cookie_mut().set_expires(None, self.now());
        for (key, record) in [&ends, &never] {
            self.done(StoreOp::put(*key, record)).await?;
            self.keeps(key, record).await?;
        }
        Ok([ends, never])
    }

    async fn are_alive(&mut self, kept: [Kept<T>; 2]) -> Step {
        for (key, record) in kept {
            self.keeps(&key, &record).await?;
        }
        Ok(())
    }

    async fn is_alive(&mut self, (key, record): Kept<T>) -> Step {
        self.holds(&key, &record).await.map(drop)
    }

    async fn moved_until(&mut self) -> Step<StoreKey> {
        let key = self.key();
        self.done(StoreOp::put(key, &Record::moved(self.now(), self.in_ms(SHORT.into())))).await?;
        self.moved(&key).await?;
        Ok(key)
    }

    async fn touch_moves(&mut self) -> Step<Kept<T>> {
        let (key, revision) = self.short().await?;
        let record = self.record(self.one, LONG);
        self.done(StoreOp::touch_revision(key, record.cookie(), &revision)).await?;
        self.holds(&key, &record).await?;
        Ok((key, record))
    }

    async fn touch_keeps_later(&mut self) -> Step<Kept<T>> {
        let key = self.key();
        let record = self.record(self.one, HALF_A_MINUTE);
        let revision = self.done(StoreOp::put(key, &record)).await?;
        self.done(StoreOp::touch_revision(key, &self.cookie(SHORT.into()), &revision)).await?;
        self.holds(&key, &record).await?;
        Ok((key, record))
    }

    async fn touch_conflict(&mut self) -> Step<StoreKey> {
        let (key, first) = self.short().await?;
        let record = self.record(self.two, SHORT.into());
        self.done(StoreOp::put(key, &record)).await?;
        self.says(Reply::Conflict, StoreOp::touch_revision(key, &self.cookie(LONG), &first)).await?;
        self.holds(&key, &record).await?;
        Ok(key)
    }

    /// The old key, and what is to be found by the new one.
    async fn replace_marks(&mut self) -> Step<(StoreKey, Kept<T>)> {
        let (old, key) = (self.key(), self.key());
        let revision = self.done(StoreOp::put(old, &self.record(self.one, LIFE))).await?;
        let record = self.record(self.two, LIFE);
        let until = Some(self.in_ms(SHORT.into()));
        self.done(StoreOp::replace(old, key, &record, Some(&revision), until)).await?;
        self.no_session(&old).await?;
        Ok((old, (key, record)))
    }

    async fn replace_marked(&mut self, (old, (key, record)): (StoreKey, Kept<T>)) -> Step {
        self.nothing(&old).await?;
        self.keeps(&key, &record).await
    }
}
