//! The rules of load, put, create, update and destroy.

use super::super::StoreOp;
use super::Subject;
use super::kit::{Kit, LIFE, LONG};
use super::report::{Reply, Step};
use crate::cookie::{Attribute, Field};
use crate::ticket::{Ticket, WriteId};

impl<T: Clone + PartialEq, S: Subject<T>> Kit<'_, T, S> {
    pub(super) async fn load_nothing(&mut self) -> Step {
        let key = self.key();
        self.nothing(&key).await
    }

    pub(super) async fn put_load(&mut self) -> Step {
        let key = self.key();
        let mut record = self.record(self.one, LIFE);
        for (field, value) in [
            (Field::Domain, Attribute::Text("example.com")),
            (Field::Secure, Attribute::Bool(true)),
            (Field::SameSite, Attribute::Text("strict")),
        ] {
            // Of an attribute without room there is nothing to check.
            let _fits = record.cookie_mut().set_attribute(field, value);
        }
        self.done(StoreOp::put(key, &record)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn put_ticket(&mut self) -> Step {
        let key = self.key();
        let ticket = Ticket {
            login: Some(self.in_ms(1)),
            epoch: 7,
            principal: "ada".parse().ok(),
            write_id: Some(WriteId::from_random([7; 9])),
            ..Ticket::anonymous(self.now(), self.in_ms(LONG))
        };
        let record = self.record(self.one, LIFE).with_ticket(Some(ticket));
        self.done(StoreOp::put(key, &record)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn put_over(&mut self) -> Step {
        let key = self.key();
        for (data, life) in [(self.one, LIFE), (self.two, LONG), (self.three, LIFE)] {
            let record = self.record(data, life);
            self.done(StoreOp::put(key, &record)).await?;
            self.keeps(&key, &record).await?;
        }
        Ok(())
    }

    pub(super) async fn put_ended(&mut self) -> Step {
        let key = self.key();
        self.done(StoreOp::put(key, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::put(key, &self.record(self.two, -LIFE))).await?;
        self.nothing(&key).await
    }

    /// Of two lives, so that one that is always the same shows.
    pub(super) async fn time_left(&mut self) -> Step {
        for life in [LIFE, LONG] {
            let key = self.key();
            let record = self.record(self.one, life);
            self.done(StoreOp::put(key, &record)).await?;
            self.holds(&key, &record).await?;
        }
        Ok(())
    }

    pub(super) async fn create_load(&mut self) -> Step {
        let key = self.key();
        let record = self.record(self.one, LIFE);
        self.done(StoreOp::create(key, &record)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn create_exists(&mut self) -> Step {
        let key = self.key();
        let first = self.record(self.one, LIFE);
        self.done(StoreOp::put(key, &first)).await?;
        self.says(Reply::Exists, StoreOp::create(key, &self.record(self.two, LONG))).await?;
        self.says(Reply::Exists, StoreOp::create(key, &first)).await?;
        self.keeps(&key, &first).await
    }

    pub(super) async fn update_loaded(&mut self) -> Step {
        let key = self.key();
        let record = self.record(self.one, LIFE);
        self.done(StoreOp::put(key, &record)).await?;
        let loaded = self.holds(&key, &record).await?;
        let record = self.record(self.two, LONG);
        let next = self.done(StoreOp::update(key, &record, &loaded)).await?;
        self.keeps(&key, &record).await?;
        let record = self.record(self.three, LIFE);
        self.done(StoreOp::update(key, &record, &next)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn update_answered(&mut self) -> Step {
        let (put, created) = (self.key(), self.key());
        let of_put = self.done(StoreOp::put(put, &self.record(self.one, LIFE))).await?;
        let of_create = self.done(StoreOp::create(created, &self.record(self.one, LIFE))).await?;
        for (key, revision) in [(put, of_put), (created, of_create)] {
            let record = self.record(self.two, LIFE);
            self.done(StoreOp::update(key, &record, &revision)).await?;
            self.keeps(&key, &record).await?;
        }
        Ok(())
    }

    pub(super) async fn update_conflict(&mut self) -> Step {
        let key = self.key();
        let [one, two, three] = [self.one, self.two, self.three].map(|data| self.record(data, LIFE));
        let first = self.done(StoreOp::put(key, &one)).await?;
        let second = self.done(StoreOp::put(key, &two)).await?;
        self.says(Reply::Conflict, StoreOp::update(key, &three, &first)).await?;
        self.keeps(&key, &two).await?;
        self.done(StoreOp::update(key, &three, &second)).await?;
        self.says(Reply::Conflict, StoreOp::update(key, &one, &second)).await?;
        self.keeps(&key, &three).await
    }

    pub(super) async fn update_nothing(&mut self) -> Step {
        let (key, other) = (self.key(), self.key());
        let record = self.record(self.one, LIFE);
        let revision = self.done(StoreOp::put(other, &record)).await?;
        self.says(Reply::Gone, StoreOp::update(key, &record, &revision)).await?;
        self.nothing(&key).await
    }

    pub(super) async fn update_destroyed(&mut self) -> Step {
        let key = self.key();
        let revision = self.done(StoreOp::put(key, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::destroy(key)).await?;
        self.says(Reply::Gone, StoreOp::update(key, &self.record(self.two, LIFE), &revision)).await?;
        self.nothing(&key).await
    }

    pub(super) async fn update_reborn(&mut self) -> Step {
        let key = self.key();
        let revision = self.done(StoreOp::put(key, &self.record(self.one, LIFE))).await?;
        self.done(StoreOp::destroy(key)).await?;
        let record = self.record(self.two, LIFE);
        self.done(StoreOp::put(key, &record)).await?;
        self.says(Reply::Conflict, StoreOp::update(key, &self.record(self.three, LIFE), &revision)).await?;
        self.keeps(&key, &record).await
    }

    pub(super) async fn destroy_removes(&mut self) -> Step {
        let (key, other) = (self.key(), self.key());
        let record = self.record(self.one, LIFE);
        self.done(StoreOp::put(key, &record)).await?;
        self.done(StoreOp::put(other, &record)).await?;
        self.done(StoreOp::destroy(key)).await?;
        self.nothing(&key).await?;
        self.keeps(&other, &record).await
    }

    pub(super) async fn destroy_changed(&mut self) -> Step {
        let key = self.key();
        let record = self.record(self.one, LIFE);
        self.done(StoreOp::put(key, &record)).await?;
        let loaded = self.holds(&key, &record).await?;
        self.done(StoreOp::update(key, &self.record(self.two, LIFE), &loaded)).await?;
        self.done(StoreOp::destroy(key)).await?;
        self.nothing(&key).await
    }

    pub(super) async fn destroy_nothing(&mut self) -> Step {
        let key = self.key();
        self.done(StoreOp::destroy(key)).await?;
        self.nothing(&key).await
    }

    pub(super) async fn destroy_both(&mut self) -> Step {
        let record = self.record(self.one, LIFE);
        for (first, second) in [(true, true), (true, false), (false, true)] {
            let (key, also) = (self.key(), self.key());
            for (key, is_there) in [(key, first), (also, second)] {
                if is_there {
                    self.done(StoreOp::put(key, &record)).await?;
                }
            }
            self.done(StoreOp::destroy_both(key, also)).await?;
            self.nothing(&key).await?;
            self.nothing(&also).await?;
        }
        Ok(())
    }
}
