//! What a session asks of the store, as commands of Redis.
//!
//! | operation | rules | commands |
//! |---|---|---|
//! | put | connect-redis 9 | `SET … EX`, or `DEL` for a session that has ended |
//! | touch without a revision | connect-redis 9 | `EXPIRE`, or `DEL` |
//! | destroy | connect-redis 9, but a mark stays | `destroy.lua`, for each key |
//! | create | ours | `SET … NX PX` |
//! | update | ours | `update.lua` |
//! | touch | ours | `touch.lua` |
//! | replace | ours | create, then `retire.lua`, in `replace.rs` |

use redis::{Cmd, Value, cmd};
use session_core::{Answer, Expires, Record, SessionCookie, StoreKey, StoreOp, Timestamp};

use crate::error::{Failure, StoreError, StoreErrorKind};
use crate::finish::is_same_write;
use crate::script;
use crate::store::{IN_A_MARK, RedisStore, Revision};

/// For how many seconds connect-redis keeps a session that has no end.
const UNLIMITED: u32 = 86_400;
/// By how many ms an end may be later than what a touch asks for: see [`StoreOp::Touch`].
const MARGIN: &[u8] = b"60000";

/// What an operation comes to.
pub(crate) type Done = Result<Answer<Revision>, Failure>;

impl<T> RedisStore<T> {
    /// Does what a session asks for.
    ///
    /// `Put`, `Touch` without a revision and `Destroy` are connect-redis's, the others those of the `recommended` preset.
    /// A write that was sent and got no answer is [`Answer::Unknown`]; [`finish`](Self::finish) finds out more.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub async fn apply(&self, op: StoreOp<'_, T, Revision>, now: Timestamp) -> Result<Answer<Revision>, StoreError> {
        let done = self.perform(op, now).await;
        done.or_else(|failure| if failure.may_be_done { Ok(Answer::Unknown) } else { Err(failure.error) })
    }

    pub(crate) async fn perform(&self, op: StoreOp<'_, T, Revision>, now: Timestamp) -> Done {
        match op {
            StoreOp::Put { key, record, .. } => self.put(&key, record, now).await,
            StoreOp::Create { key, record, .. } => self.create(&key, record, now).await,
            StoreOp::Update { key, record, revision, .. } => self.update(&key, record, revision, now, false).await,
            StoreOp::Touch { key, cookie, revision: Some(revision), .. } => {
                self.touch(&key, cookie, revision, now).await
            }
            StoreOp::Touch { key, cookie, revision: None, .. } => self.touch_blindly(&key, cookie, now).await,
            StoreOp::Destroy { key, also, .. } => self.destroy(&key, also.as_ref()).await,
            StoreOp::Replace { old, key, record, revision, moved_until, .. } => {
                self.replace(&old, (&key, record), revision, moved_until, now).await
            }
        }
    }

    async fn put(&self, key: &StoreKey, record: &Record<T>, now: Timestamp) -> Done {
        let document = self.write(record)?;
        let name = self.name(key);
        let command = match record.cookie().expiry().ttl_seconds(now, UNLIMITED) {
            Some(seconds) => with(cmd("SET"), [name.as_bytes(), &document, b"EX", seconds.to_string().as_bytes()]),
            None => with(cmd("DEL"), [name.as_bytes()]),
        };
        self.connection.tell(&command).await?;
        Ok(Answer::Done(document))
    }

    async fn touch_blindly(&self, key: &StoreKey, cookie: &SessionCookie, now: Timestamp) -> Done {
        let name = self.name(key);
        let command = match cookie.expiry().ttl_seconds(now, UNLIMITED) {
            Some(seconds) => with(cmd("EXPIRE"), [name.as_bytes(), seconds.to_string().as_bytes()]),
            None => with(cmd("DEL"), [name.as_bytes()]),
        };
        match self.connection.tell(&command).await? {
            Value::Int(0) => Ok(Answer::Gone),
            // Which text it is was not asked, and whoever writes blindly does not need to know.
            Value::Int(_) => Ok(Answer::Done(Revision::default())),
            _ => Err(Failure::after(StoreErrorKind::Answer)),
        }
    }

    /// Both are tried, whatever becomes of the first one.
    async fn destroy(&self, key: &StoreKey, also: Option<&StoreKey>) -> Done {
        let first = self.destroy_one(key).await;
        let Some(also) = also else { return first };
        match (first, self.destroy_one(also).await) {
            (Err(first), Err(second)) => Err(Failure { may_be_done: first.may_be_done || second.may_be_done, ..first }),
            // One is gone and the other may be there.
            (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(Failure { may_be_done: true, ..failure }),
            (Ok(Answer::Conflict), _) | (_, Ok(Answer::Conflict)) => Ok(Answer::Conflict),
            (Ok(done), Ok(_)) => Ok(done),
        }
    }

    /// Removes what is under a key, unless that is a mark ([`Answer::Conflict`]).
    pub(crate) async fn destroy_one(&self, key: &StoreKey) -> Done {
        let name = self.name(key);
        let mut no_mark = Vec::new();
        loop {
            let arguments = [IN_A_MARK, &no_mark];
            match self.connection.tell_script(&script::DESTROY.call(&name, &arguments)).await? {
                Value::Int(_) => return Ok(Answer::Done(Revision::default())),
                Value::BulkString(document) if self.is_mark(&document) => return Ok(Answer::Conflict),
                // Data that look like one: again, unless they change meanwhile.
                Value::BulkString(document) => no_mark = document,
                _ => return Err(Failure::after(StoreErrorKind::Answer)),
            }
        }
    }

    pub(crate) async fn create(&self, key: &StoreKey, record: &Record<T>, now: Timestamp) -> Done {
        let document = self.write(record)?;
        let name = self.name(key);
        let life = life(record.cookie(), now).max(1).to_string();
        let command = with(cmd("SET"), [name.as_bytes(), &document, b"NX", b"PX", life.as_bytes()]);
        match self.connection.tell(&command).await? {
            Value::Okay => Ok(Answer::Done(document)),
            Value::Nil => Ok(Answer::Exists),
            _ => Err(Failure::after(StoreErrorKind::Answer)),
        }
    }

    /// `again`: it may have been done before, and then what stands there is of this request.
    pub(crate) async fn update(
        &self,
        key: &StoreKey,
        record: &Record<T>,
        revision: &Revision,
        now: Timestamp,
        again: bool,
    ) -> Done {
        if self.is_mark(revision) {
            return Ok(Answer::Gone);
        }
        let document = self.write(record)?;
        let name = self.name(key);
        // What has ended already is written too, and ends at once.
        let life = life(record.cookie(), now).max(1).to_string();
        let arguments = [&**revision, &document, life.as_bytes()];
        match compared(self.connection.tell_script(&script::UPDATE.call(&name, &arguments)).await?)? {
            Compared::Same => Ok(Answer::Done(document)),
            Compared::Nothing => Ok(Answer::Gone),
            Compared::NoText => Ok(Answer::Conflict),
            Compared::Other(stored) => match self.read(&stored) {
                Ok(found) if again && is_same_write(&found, record) => Ok(Answer::Done(stored.into())),
                Ok(found) if found.is_moved() => Ok(Answer::Gone),
                _ => Ok(Answer::Conflict),
            },
        }
    }

    async fn touch(&self, key: &StoreKey, cookie: &SessionCookie, revision: &Revision, now: Timestamp) -> Done {
        if self.is_mark(revision) {
            return Ok(Answer::Gone);
        }
        let name = self.name(key);
        let life = life(cookie, now).to_string();
        let arguments = [&**revision, life.as_bytes(), MARGIN];
        match compared(self.connection.tell_script(&script::TOUCH.call(&name, &arguments)).await?)? {
            Compared::Same => Ok(Answer::Done(Revision::clone(revision))),
            Compared::Nothing => Ok(Answer::Gone),
            Compared::Other(stored) if self.is_mark(&stored) => Ok(Answer::Gone),
            Compared::NoText | Compared::Other(_) => Ok(Answer::Conflict),
        }
    }

    /// The document of a record.
    pub(crate) fn write(&self, record: &Record<T>) -> Result<Revision, Failure> {
        let document = (self.settings.format.write)(record).map_err(|_| Failure::before(StoreErrorKind::Document))?;
        if document.len() > self.settings.longest_document {
            return Err(Failure::before(StoreErrorKind::TooLong));
        }
        Ok(Revision::from(document.into_bytes()))
    }
}

/// What a script that begins with `compare.lua` has found.
pub(crate) enum Compared {
    /// The document that was expected, and the script went on.
    Same,
    /// Nothing, or what has ended.
    Nothing,
    /// No string.
    NoText,
    /// Another document.
    Other(Vec<u8>),
}

pub(crate) fn compared(answer: Value) -> Result<Compared, Failure> {
    match answer {
        Value::Int(0) => Ok(Compared::Nothing),
        Value::Int(1) => Ok(Compared::Same),
        Value::Int(2) => Ok(Compared::NoText),
        Value::BulkString(stored) => Ok(Compared::Other(stored)),
        _ => Err(Failure::after(StoreErrorKind::Answer)),
    }
}

/// How many ms a session has left, negative if it has ended.
pub(crate) fn life(cookie: &SessionCookie, now: Timestamp) -> i64 {
    match cookie.expiry().expires() {
        Expires::At(end) => end.ms_since(now),
        Expires::Ms(ms) if ms != 0 => ms.saturating_sub(now.as_unix_ms()),
        Expires::Absent | Expires::False | Expires::Invalid | Expires::Ms(_) | Expires::Null => {
            i64::from(UNLIMITED).saturating_mul(1000)
        }
    }
}

pub(crate) fn with<const N: usize>(mut command: Cmd, arguments: [&[u8]; N]) -> Cmd {
    for argument in arguments {
        command.arg(argument);
    }
    command
}
