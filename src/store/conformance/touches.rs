//! The rules of touch.

use super::super::StoreOp;
use super::Subject;
use super::kit::{Kit, LIFE, LONG};
use super::report::{Reply, Step};

impl<T: Clone + PartialEq, S: Subject<T>> Kit<'_, T, S> {
    pub(super) async fn touch_revision(&mut self) -> Step {
        let key = self.key();
        let first = self.done(StoreOp::put(key, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::touch_revision(key, &self.cookie(LONG), &first)).await?;
        let second = self.done(StoreOp::update(key, &self.record(self.two, LIFE), &first)).await?;
        let touched = self.done(StoreOp::touch_revision(key, &self.cookie(LONG), &second)).await?;
        let record = self.record(self.three, LIFE);
        self.done(StoreOp::update(key, &record, &touched)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn touch_blind(&mut self) -> Step {
        let key = self.key();
        self.done(StoreOp::put(key, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::put(key, &self.record(self.two, LIFE))).await?;
        for life in [LONG, LIFE] {
            self.done(StoreOp::touch(key, &self.cookie(life))).await?;
            self.holds(&key, &self.record(self.two, life)).await?;
        }
        Ok(())
    }

    pub(super) async fn touch_nothing(&mut self) -> Step {
        let (key, other) = (self.key(), self.key());
        let revision = self.done(StoreOp::put(other, &self.record(self.one, LIFE))).await?;
        for revision in [None, Some(&revision)] {
            self.says(Reply::Gone, StoreOp::Touch { key, cookie: &self.cookie(LIFE), revision }).await?;
            self.nothing(&key).await?;
        }
        Ok(())
    }

    pub(super) async fn touch_destroyed(&mut self) -> Step {
        let key = self.key();
        let revision = self.done(StoreOp::put(key, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::destroy(key)).await?;
        for revision in [None, Some(&revision)] {
            self.says(Reply::Gone, StoreOp::Touch { key, cookie: &self.cookie(LONG), revision }).await?;
            self.nothing(&key).await?;
        }
        Ok(())
    }
}
