//! The sessions that are there, page by page: `SCAN` on every primary, which blocks nobody, and never `KEYS`.

use core::fmt;
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use redis::cmd;
use session_core::{Handle, Key, Loaded, StoreKey};

use crate::connection::Node;
use crate::error::{StoreError, StoreErrorKind};
use crate::store::{RedisStore, Revision};

/// How many keys Redis looks at for one page.
const PAGE: u32 = 500;
/// How many sessions of a page are loaded at a time.
const AT_A_TIME: usize = 32;

/// The cursor with which `SCAN` begins and ends.
const START: &str = "0";

/// A session in a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// Its name for a page: never its key.
    pub handle: Handle,
    /// What was loaded; its `ttl_left` says when it ends.
    pub loaded: Loaded<T, Revision>,
}

/// A walk over all sessions, page by page: see [`RedisStore::walk`].
#[must_use = "it begins with its first page"]
pub struct Walk<'s, T> {
    store: &'s RedisStore<T>,
    /// The primaries that are still to be asked; `None` before the first page.
    nodes: Option<Vec<Node>>,
    cursor: String,
    /// `SCAN` gives a key twice while its table grows, and two nodes give it while it moves from one to the other. Of a
    /// million keys these are 16 MB; two keys have the same hash once in many million walks, and one is then left out.
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl<T> RedisStore<T> {
    /// The most sessions that [`list`](Self::list) gives.
    pub const LISTED_AT_MOST: usize = 10_000;

    /// Sessions that are there, each once, of every node, in no order: all of them, if they are not more than
    /// [`LISTED_AT_MOST`](Self::LISTED_AT_MOST).
    ///
    /// It is found without blocking Redis (`SCAN`), and no session is used by it. [`walk`](Self::walk) has no limit.
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn list(&self, handles: &Key) -> Result<Vec<Listed<T>>, StoreError> {
        let mut listed = Vec::new();
        let mut walk = self.walk();
        while let Some(page) = walk.next().await? {
            let left = Self::LISTED_AT_MOST.saturating_sub(listed.len());
            listed.extend(
                page.into_iter().take(left).map(|loaded| Listed { handle: Handle::new(handles, loaded.key()), loaded }),
            );
            if listed.len() >= Self::LISTED_AT_MOST {
                break;
            }
        }
        Ok(listed)
    }

    /// The session of this handle, if it is there: to be looked at, or to be ended with its key.
    ///
    /// ```no_run
    /// # use session_core::{Document, Handle, Key, StoreOp, Timestamp};
    /// # use session_core_redis::{RedisStore, StoreError};
    /// # async fn end(store: &RedisStore<Document>, handles: &Key, handle: Handle) -> Result<(), StoreError> {
    /// if let Some(found) = store.find(handles, handle).await? {
    ///     store.apply(StoreOp::destroy(*found.loaded.key()), Timestamp::now()).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn find(&self, handles: &Key, handle: Handle) -> Result<Option<Listed<T>>, StoreError> {
        let mut walk = self.walk();
        while let Some(keys) = walk.keys().await? {
            let Some(key) = keys.iter().find(|key| Handle::new(handles, key) == handle) else { continue };
            let loaded = self.load(key).await?.filter(|loaded| !loaded.record().is_moved());
            return Ok(loaded.map(|loaded| Listed { handle, loaded }));
        }
        Ok(None)
    }

    /// Walks over all sessions.
    ///
    /// ```no_run
    /// # use session_core::Document;
    /// # use session_core_redis::{RedisStore, StoreError};
    /// # async fn logged_in(store: &RedisStore<Document>) -> Result<usize, StoreError> {
    /// let (mut walk, mut logged_in) = (store.walk(), 0);
    /// while let Some(page) = walk.next().await? {
    ///     logged_in += page.iter().filter(|session| session.record().principal().is_some()).count();
    /// }
    /// # Ok(logged_in)
    /// # }
    /// ```
    ///
    /// One that is there from the beginning to the end of the walk is found, and none twice; one that comes or goes
    /// meanwhile may be found or not.
    pub fn walk(&self) -> Walk<'_, T> {
        Walk { store: self, nodes: None, cursor: START.to_owned(), seen: HashSet::new(), hasher: RandomState::new() }
    }
}

impl<T> Walk<'_, T> {
    /// The next page, which may have no session on it; `None` at the end.
    ///
    /// Marks of sessions that moved and documents that cannot be read are left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: begin another walk then, or sessions are missing.
    pub async fn next(&mut self) -> Result<Option<Vec<Loaded<T, Revision>>>, StoreError> {
        let Some(keys) = self.keys().await? else { return Ok(None) };
        let store = self.store;
        let loaded = stream::iter(keys).map(async |key: StoreKey| store.load(&key).await).buffer_unordered(AT_A_TIME);
        let sessions = loaded.try_filter_map(async |loaded| Ok(loaded.filter(|loaded| !loaded.record().is_moved())));
        sessions.try_collect().await.map(Some)
    }

    /// The keys of the next page.
    async fn keys(&mut self) -> Result<Option<Vec<StoreKey>>, StoreError> {
        let connection = &self.store.connection;
        let nodes = match &mut self.nodes {
            Some(nodes) => nodes,
            none => none.insert(connection.primaries().await.map_err(|failure| failure.error)?),
        };
        let Some(node) = nodes.last() else { return Ok(None) };
        let mut scan = cmd("SCAN");
        scan.arg(&self.cursor).arg("MATCH").arg(pattern(&self.store.prefix)).arg("COUNT").arg(PAGE);
        let answer = connection.ask_node(node, &scan).await.map_err(|failure| failure.error)?;
        let (cursor, names): (String, Vec<Vec<u8>>) =
            redis::from_redis_value(answer).map_err(|_| StoreError::new(StoreErrorKind::Answer))?;
        if cursor == START {
            nodes.pop();
        }
        self.cursor = cursor;
        Ok(Some(names.iter().filter_map(|name| self.new_key(name)).collect()))
    }

    /// The key of a session, unless it was found before.
    fn new_key(&mut self, name: &[u8]) -> Option<StoreKey> {
        // What is no text, or too long, is no key of a session.
        let key = core::str::from_utf8(name).ok()?.strip_prefix(&*self.store.prefix)?.parse().ok()?;
        self.seen.insert(self.hasher.hash_one(name)).then_some(key)
    }
}

/// Neither keys nor sessions print.
impl<T> fmt::Debug for Walk<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk").field("seen", &self.seen.len()).finish_non_exhaustive()
    }
}

/// All names that begin with a prefix, whose own characters mean themselves.
fn pattern(prefix: &str) -> String {
    let mut pattern = String::new();
    for character in prefix.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\' | '^' | '-') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('*');
    pattern
}
