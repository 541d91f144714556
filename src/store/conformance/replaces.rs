//! The rules of replace.

use super::super::StoreOp;
use super::Subject;
use super::kit::{Kit, LIFE, LONG};
use super::report::{Reply, Step};

impl<T: Clone + PartialEq, S: Subject<T>> Kit<'_, T, S> {
    pub(super) async fn replace_done(&mut self) -> Step {
        let (old, key) = (self.key(), self.key());
        let revision = self.done(StoreOp::put(old, &self.record(self.one, LIFE))).await?;
        let record = self.record(self.two, LONG);
        let next = self.done(StoreOp::replace(old, key, &record, Some(&revision), None)).await?;
        self.keeps(&key, &record).await?;
        self.nothing(&old).await?;
        let record = self.record(self.three, LIFE);
        self.done(StoreOp::update(key, &record, &next)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn replace_blind(&mut self) -> Step {
        let (old, key) = (self.key(), self.key());
        self.done(StoreOp::put(old, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::put(old, &self.record(self.two, LIFE))).await?;
        let record = self.record(self.three, LIFE);
        self.done(StoreOp::replace(old, key, &record, None, None)).await?;
        self.keeps(&key, &record).await?;
        self.nothing(&old).await
    }

    pub(super) async fn replace_nothing(&mut self) -> Step {
        let (old, key, other) = (self.key(), self.key(), self.key());
        let revision = self.done(StoreOp::put(other, &self.record(self.one, LIFE))).await?;
        let record = self.record(self.two, LIFE);
        for revision in [None, Some(&revision)] {
            let until = Some(self.in_ms(LIFE));
            self.says(Reply::Gone, StoreOp::replace(old, key, &record, revision, until)).await?;
            self.nothing(&key).await?;
            self.nothing(&old).await?;
        }
        Ok(())
    }

    pub(super) async fn replace_destroyed(&mut self) -> Step {
        let (old, key) = (self.key(), self.key());
        let revision = self.done(StoreOp::put(old, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::destroy(old)).await?;
        let until = Some(self.in_ms(LIFE));
        let record = self.record(self.two, LIFE);
        self.says(Reply::Gone, StoreOp::replace(old, key, &record, Some(&revision), until)).await?;
        self.nothing(&key).await?;
        self.nothing(&old).await
    }

    pub(super) async fn replace_exists(&mut self) -> Step {
        let (old, key) = (self.key(), self.key());
        let [one, two, three] = [self.one, self.two, self.three].map(|data| self.record(data, LIFE));
        let revision = self.done(StoreOp::put(old, &one)).await?;
        self.done(StoreOp::put(key, &two)).await?;
        let until = Some(self.in_ms(LIFE));
        self.says(Reply::Exists, StoreOp::replace(old, key, &three, Some(&revision), until)).await?;
        self.keeps(&old, &one).await?;
        self.keeps(&key, &two).await
    }

    pub(super) async fn replace_conflict(&mut self) -> Step {
        let (old, key) = (self.key(), self.key());
        let [one, two, three] = [self.one, self.two, self.three].map(|data| self.record(data, LIFE));
        let revision = self.done(StoreOp::put(old, &one)).await?;
        self.done(StoreOp::put(old, &two)).await?;
        let until = Some(self.in_ms(LIFE));
        self.says(Reply::Conflict, StoreOp::replace(old, key, &three, Some(&revision), until)).await?;
        self.keeps(&old, &two).await?;
        self.nothing(&key).await
    }

    /// Once with a moved record in the old place and once without.
    pub(super) async fn replace_old(&mut self) -> Step {
        for until in [None, Some(self.in_ms(LIFE))] {
            let (old, key, other) = (self.key(), self.key(), self.key());
            let [one, two, three] = [self.one, self.two, self.three].map(|data| self.record(data, LIFE));
            let revision = self.done(StoreOp::put(old, &one)).await?;
            self.done(StoreOp::replace(old, key, &two, Some(&revision), until)).await?;
            self.refuses(StoreOp::update(old, &three, &revision)).await?;
            self.no_session(&old).await?;
            self.refuses(StoreOp::touch_revision(old, &self.cookie(LONG), &revision)).await?;
            self.no_session(&old).await?;
            self.refuses(StoreOp::replace(old, other, &three, Some(&revision), until)).await?;
            self.no_session(&old).await?;
            self.nothing(&other).await?;
            self.keeps(&key, &two).await?;
        }
        Ok(())
    }
}
