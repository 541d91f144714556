//! One session goes for another, in steps: a cluster may have their keys on two nodes.
//!
//! | the new one is | the old one is then | answer | and the new one |
//! |---|---|---|---|
//! | there already | left alone | `Exists` | |
//! | refused | left alone | the error | |
//! | perhaps created | left alone | `Unknown` | may be there |
//! | created | marked or removed, of the revision that was loaded | `Done` | is the session |
//! | created | gone, or only marked | `Gone` | is removed |
//! | created | of another revision | `Conflict` | is removed |
//! | created | left alone, since Redis refuses | the error | is removed |
//! | created | perhaps marked or removed | `Unknown` | stays: it may be the session |
//!
//! Where the new one cannot be removed again it ends by itself; nobody has heard its id.

use session_core::{Answer, Record, StoreKey, Timestamp};

use crate::error::{Failure, StoreErrorKind};
use crate::operations::{Compared, Done, compared};
use crate::report::Incident;
use crate::script;
use crate::store::{RedisStore, Revision};

/// How often a session that others write meanwhile is read again, where any revision of it will do.
const TRIES: usize = 8;

impl<T> RedisStore<T> {
    pub(crate) async fn replace(
        &self,
        old: &StoreKey,
        (key, record): (&StoreKey, &Record<T>),
        revision: Option<&Revision>,
        moved_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Done {
        if revision.is_some_and(|revision| self.is_mark(revision)) {
            return Ok(Answer::Gone);
        }
        let created = match self.create(key, record, now).await? {
            Answer::Done(created) => created,
            other => return Ok(other),
        };
        let until = moved_until.filter(|until| *until > now);
        let retired = match revision {
            Some(revision) => self.retire(old, revision, until, now, false).await,
            None => self.retire_any(old, until, now).await,
        };
        match retired {
            Ok(Answer::Done(_)) => Ok(Answer::Done(created)),
            Err(failure) if failure.may_be_done => Err(failure),
            refused => {
                self.take_back(key).await;
                refused
            }
        }
    }

    /// Removes a session whose id nobody has heard.
    pub(crate) async fn take_back(&self, key: &StoreKey) {
        if self.destroy_one(key).await.is_err() {
            (self.settings.report)(Incident::Orphan);
        }
    }

    /// `again`: it may have been done before, and then the mark of this request stands there.
    pub(crate) async fn retire(
        &self,
        old: &StoreKey,
        revision: &Revision,
        until: Option<Timestamp>,
        now: Timestamp,
        again: bool,
    ) -> Done {
        let name = self.name(old);
        let mark = until.map(|until| self.write(&(self.settings.format.mark)(now, until))).transpose()?;
        let life = until.map_or(0, |until| until.ms_since(now)).to_string();
        let arguments = [&**revision, mark.as_deref().unwrap_or_default(), life.as_bytes()];
        match compared(self.connection.tell_script(&script::RETIRE.call(&name, &arguments)).await?)? {
            Compared::Same => Ok(Answer::Done(Revision::clone(revision))),
            Compared::Other(stored) if again && mark.as_deref() == Some(&*stored) => Ok(Answer::Done(stored.into())),
            // Without a mark nobody can tell who has removed it.
            Compared::Nothing if again && mark.is_none() => Ok(Answer::Done(Revision::default())),
            Compared::Nothing => Ok(Answer::Gone),
            Compared::Other(stored) if self.is_mark(&stored) => Ok(Answer::Gone),
            Compared::NoText | Compared::Other(_) => Ok(Answer::Conflict),
        }
    }

    async fn retire_any(&self, old: &StoreKey, until: Option<Timestamp>, now: Timestamp) -> Done {
        for _ in 0..TRIES {
            let loaded = self.load(old).await.map_err(|error| Failure::before(error.kind()))?;
            let Some(loaded) = loaded.filter(|loaded| !loaded.record().is_moved()) else { return Ok(Answer::Gone) };
            match self.retire(old, loaded.revision(), until, now, false).await? {
                Answer::Conflict => {}
                answer => return Ok(answer),
            }
        }
        Err(Failure::before(StoreErrorKind::Refused))
    }
}
