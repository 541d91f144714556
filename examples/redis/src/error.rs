//! Why Redis has not done what it was asked, and whether it may have done it all the same.

use core::error::Error;
use core::fmt;

use redis::{ErrorKind, RedisError};

/// Redis could not be asked, or has refused: what is wrong in one phrase, without an address, a key or data.
///
/// ```
/// use session_core_redis::{RedisStore, Settings, StoreErrorKind};
/// use session_core::Document;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let Err(error) = RedisStore::<Document>::connect(&["no address"], "sess:").await else { panic!() };
/// assert_eq!(error.kind(), StoreErrorKind::Address);
/// assert_eq!(error.to_string(), "the address of redis is none");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreError(StoreErrorKind);

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// An address is none, or those of one cluster do not fit each other.
    Address,
    /// What came is no answer to what was asked.
    Answer,
    /// A script or another command has run for too long.
    Busy,
    /// Part of the cluster is missing, or is being moved.
    ClusterDown,
    /// Redis cannot be reached, or the connection broke.
    Connection,
    /// A record cannot be written as JSON.
    Document,
    /// `maxmemory` is reached, and Redis does not drop what it has.
    Full,
    /// Redis reads its file after a start.
    Loading,
    /// Redis cannot write its file, or has too few replicas, and was told to refuse writes then.
    NotDurable,
    /// Redis does not accept the user or the password, or does not let them do this.
    NotPermitted,
    /// A prefix that the keys of this crate's own would have too, or a name under the prefix of sessions.
    Prefix,
    /// The operating system gave no random numbers.
    Random,
    /// A replica was asked to write.
    ReadOnly,
    /// Redis has refused for a reason that is not among these.
    Refused,
    /// No answer came in time.
    Timeout,
    /// A document is longer than those that are read.
    TooLong,
}

impl StoreError {
    pub(crate) const fn new(kind: StoreErrorKind) -> Self {
        Self(kind)
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.0
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            StoreErrorKind::Address => "the address of redis is none",
            StoreErrorKind::Answer => "redis gave an answer that was not expected",
            StoreErrorKind::Busy => "redis is busy with a script",
            StoreErrorKind::ClusterDown => "a part of the redis cluster is missing",
            StoreErrorKind::Connection => "redis cannot be reached",
            StoreErrorKind::Document => "the session cannot be written as json",
            StoreErrorKind::Full => "the memory of redis is full",
            StoreErrorKind::Loading => "redis is still reading its file",
            StoreErrorKind::NotDurable => "redis refuses writes, since it cannot keep them",
            StoreErrorKind::NotPermitted => "redis does not let this user do that",
            StoreErrorKind::Prefix => "the prefix does not keep sessions and other keys apart",
            StoreErrorKind::Random => "there are no random numbers",
            StoreErrorKind::ReadOnly => "this redis is a replica",
            StoreErrorKind::Refused => "redis has refused",
            StoreErrorKind::Timeout => "redis did not answer in time",
            StoreErrorKind::TooLong => "the session is too long to be read again",
        })
    }
}

impl Error for StoreError {}

/// An error, and whether the command may have been executed.
#[derive(Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) error: StoreError,
    pub(crate) may_be_done: bool,
}

impl Failure {
    /// Nothing was sent.
    pub(crate) const fn before(kind: StoreErrorKind) -> Self {
        Self { error: StoreError(kind), may_be_done: false }
    }

    /// It was done, or not.
    pub(crate) const fn after(kind: StoreErrorKind) -> Self {
        Self { error: StoreError(kind), may_be_done: true }
    }

    /// What a single server's client says.
    ///
    /// | error | may be done |
    /// |---|---|
    /// | an answer of Redis: each script's only write comes last, so a refusal has written nothing | no |
    /// | the connection was refused, or the user while it was made | no |
    /// | an address or a command that the client did not send | no |
    /// | the connection broke, no answer in time, or one that is none | yes |
    ///
    /// An error of the connection is the same whether it broke before or after the command was sent, so it counts as sent.
    pub(crate) fn of_server(error: &RedisError) -> Self {
        let may_be_done = match error.kind() {
            ErrorKind::Server(_)
            | ErrorKind::Extension
            | ErrorKind::AuthenticationFailed
            | ErrorKind::Client
            | ErrorKind::InvalidClientConfig
            | ErrorKind::RESP3NotSupported => false,
            _ => !error.is_connection_refusal(),
        };
        Self { error: StoreError(kind_of(error)), may_be_done }
    }

    /// What a cluster's client says.
    ///
    /// While it looks for the nodes anew, it answers commands that are under way with the error of that search. So only
    /// what a search cannot say is the command's own.
    pub(crate) fn of_cluster(error: &RedisError) -> Self {
        let its_own = [
            "ASK",
            "CLUSTERDOWN",
            "CROSSSLOT",
            "MISCONF",
            "MOVED",
            "NOREPLICAS",
            "NOSCRIPT",
            "OOM",
            "READONLY",
            "TRYAGAIN",
            "WRONGTYPE",
        ];
        let may_be_done = !error.code().is_some_and(|code| its_own.contains(&code));
        Self { error: StoreError(kind_of(error)), may_be_done }
    }
}

/// The kind of an error, by Redis' code where it has one.
fn kind_of(error: &RedisError) -> StoreErrorKind {
    if error.is_timeout() {
        return StoreErrorKind::Timeout;
    }
    match error.kind() {
        ErrorKind::Io => StoreErrorKind::Connection,
        ErrorKind::ClusterConnectionNotFound => StoreErrorKind::ClusterDown,
        ErrorKind::AuthenticationFailed => StoreErrorKind::NotPermitted,
        ErrorKind::InvalidClientConfig | ErrorKind::RESP3NotSupported => StoreErrorKind::Address,
        ErrorKind::Server(_) | ErrorKind::Extension => kind_of_code(error.code().unwrap_or_default()),
        _ => StoreErrorKind::Answer,
    }
}

fn kind_of_code(code: &str) -> StoreErrorKind {
    match code {
        "OOM" => StoreErrorKind::Full,
        "READONLY" => StoreErrorKind::ReadOnly,
        "LOADING" => StoreErrorKind::Loading,
        "BUSY" => StoreErrorKind::Busy,
        "CLUSTERDOWN" | "MASTERDOWN" | "TRYAGAIN" | "MOVED" | "ASK" => StoreErrorKind::ClusterDown,
        "NOAUTH" | "WRONGPASS" | "NOPERM" => StoreErrorKind::NotPermitted,
        "MISCONF" | "NOREPLICAS" => StoreErrorKind::NotDurable,
        _ => StoreErrorKind::Refused,
    }
}
