//! What the demo programs have in common, whatever framework they are made with.
//!
//! A program reads its [`Settings`] from the environment, makes a [`Site`] of them, and gives each route of its framework
//! the method of the site that answers it. Answers are [`Reply`]s; sessions are those of `session-core`.
#![forbid(unsafe_code)]

mod login;
mod online;
mod origin;
mod pages;
mod presence;
mod reply;
mod settings;

use core::error::Error;
use core::fmt;

use serde::{Deserialize, Serialize};
use session_core::{Document, Key, SessionManager};
use session_core_redis::{RedisStore, Revision, StoreError};

pub use online::Online;
pub use origin::is_our_own;
pub use reply::Reply;
pub use settings::{PresenceCookie, Preset, Settings, SettingsError};

/// What the keys of sessions begin with in Redis, as with connect-redis.
pub const PREFIX: &str = "sess:";

/// What the programs know of a session. It may be of an Express app, which leaves out what it has not set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    /// Who is logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// How often the front page was seen by a user who is logged in.
    pub views: u32,
}

/// What is in a session: what the programs know, and what others have put there.
pub type Data = Document<Visitor>;
/// A session during a request.
pub type Session = session_core::Session<'static, Data, Revision>;
/// What is stored of a session.
pub type Loaded = session_core::Loaded<Data, Revision>;
/// What all requests have in common.
pub type Manager = SessionManager<'static, Data, Vec<Key>>;

/// What a program answers its routes with.
pub struct Site {
    server: &'static str,
    settings: Settings,
    manager: Manager,
    store: RedisStore<Data>,
    /// Under it, pages name sessions.
    handles: Key,
    /// Under it, presence cookies name sessions.
    presence: Key,
    /// Under these they did.
    older_presence: Vec<Key>,
}

impl Site {
    /// The site of these settings; `server` is what the program is called on its pages.
    ///
    /// # Errors
    ///
    /// [`SiteError`]; a Redis that is away is none, and its requests fail until it is there.
    pub async fn start(server: &'static str, settings: Settings) -> Result<Self, SiteError> {
        let manager = settings.manager()?;
        let urls: Vec<_> = settings.redis_urls.iter().map(String::as_str).collect();
        let report = move |incident| eprintln!("{server}: {incident}");
        let store =
            RedisStore::connect_with(&urls, PREFIX, session_core_redis::Settings::documents().with_report(report))
                .await?;
        let handles = settings.key_of_handles()?;
        let (presence, older_presence) = settings.keys_of_presence()?;
        Ok(Self { server, settings, manager, store, handles, presence, older_presence })
    }

    /// What all requests have in common.
    #[must_use]
    pub const fn manager(&self) -> &Manager {
        &self.manager
    }

    /// Where sessions are.
    #[must_use]
    pub const fn store(&self) -> &RedisStore<Data> {
        &self.store
    }

    /// As the environment wants it.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// Why a site cannot be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum SiteError {
    /// The settings do not fit.
    Settings(SettingsError),
    /// Redis.
    Store(StoreError),
}

impl From<SettingsError> for SiteError {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

impl From<StoreError> for SiteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for SiteError {}
