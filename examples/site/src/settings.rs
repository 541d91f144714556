//! What the environment says about a program.

use core::error::Error;
use core::fmt::{self, Display};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::str::FromStr;
use core::time::Duration;
use std::env;

use session_core::{
    CookieName, CookieOptions, Fingerprint, Key, KeyRing, Limits, Policy, SameSite, Secure, SessionManager,
};

use crate::Manager;

/// How the keys of presence cookies are told from all others.
const PRESENCE: &str = "presence";
/// A key is derived of a secret of this many bytes or more.
const SHORTEST_SECRET: usize = 32;

/// Which rules sessions live by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Those of express-session.
    Express,
    /// Those of session-core, with cookies and keys that an Express app can share.
    Recommended,
}

/// Which `SameSite=None` cookie the one of presence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceCookie {
    /// A third-party cookie: one for all sites that ask.
    None,
    /// One for each site in whose pages it was set.
    Partitioned,
}

/// What the environment says. Secrets do not print.
pub struct Settings {
    /// `BIND` (127.0.0.1) and `PORT` (0, which takes a free one): where to listen.
    pub address: SocketAddr,
    /// `REDIS_URLS` (redis://127.0.0.1:6379/), separated by commas; several are nodes of a cluster.
    pub redis_urls: Vec<String>,
    /// `PRESET` (recommended): `express` or `recommended`.
    pub preset: Preset,
    /// `IDLE_SECONDS` (900): a session that was not used for so long ends.
    pub idle_seconds: u32,
    /// `ABSOLUTE_SECONDS` (28800): one of the `recommended` preset ends so long after its login, used or not.
    pub absolute_seconds: u32,
    /// `ADMINS` (admin), separated by commas: who may see and end the sessions of all.
    pub admins: Vec<String>,
    /// `PRESENCE_ORIGINS` (none), separated by commas: the other sites that may ask whether their visitor is logged in
    /// here, as browsers spell them in `Origin`.
    pub presence_origins: Vec<String>,
    /// `PRESENCE_COOKIE` (none): `none` or `partitioned`.
    pub presence_cookie: PresenceCookie,
    /// `SECRETS`, separated by commas: the first signs, the others did.
    secrets: Vec<String>,
}

impl Settings {
    /// What the environment says.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::read(|name| env::var(name).ok())
    }

    /// The same from elsewhere: `variable` gives the text of a variable, if it is set.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let seconds = |name, default| match parsed(&variable, name, default, "a number of seconds")? {
            0 => Err(SettingsError::new(name, "it is 0, and a session would end at once")),
            seconds => Ok(seconds),
        };
        let bind = parsed(&variable, "BIND", IpAddr::V4(Ipv4Addr::LOCALHOST), "an address such as 127.0.0.1")?;
        let settings = Self {
            address: (bind, parsed(&variable, "PORT", 0, "a port: 0 to 65535")?).into(),
            redis_urls: list(&variable, "REDIS_URLS", "redis://127.0.0.1:6379/"),
            preset: chosen(&variable, "PRESET", [("recommended", Preset::Recommended), ("express", Preset::Express)])?,
            idle_seconds: seconds("IDLE_SECONDS", 900)?,
            absolute_seconds: seconds("ABSOLUTE_SECONDS", 28_800)?,
            admins: list(&variable, "ADMINS", "admin"),
            presence_origins: list(&variable, "PRESENCE_ORIGINS", ""),
            presence_cookie: chosen(
                &variable,
                "PRESENCE_COOKIE",
                [("none", PresenceCookie::None), ("partitioned", PresenceCookie::Partitioned)],
            )?,
            secrets: list(&variable, "SECRETS", ""),
        };
        settings.manager()?;
        Ok(settings)
    }

    /// What all requests have in common: an Express app with the same secrets reads these cookies, and writes such.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] where the preset refuses what is set.
    pub fn manager(&self) -> Result<Manager, SettingsError> {
        let mut keys = self.secrets.iter().map(Key::new);
        let signing = keys.next().ok_or_else(no_secret)?;
        let keys = KeyRing::new(signing, keys.collect());
        // The programs listen on this machine, without TLS.
        let options = CookieOptions::new().secure(Secure::Auto).same_site(SameSite::Lax);
        let (policy, options) = match self.preset {
            Preset::Express => {
                let policy = Policy::express(Fingerprint::of_document);
                let options = options.max_age(self.idle_ms());
                (policy.with_resave(false).with_save_uninitialized(false).with_rolling(true), options)
            }
            Preset::Recommended => {
                let limits = Limits::new(self.idle_ms(), i64::from(self.absolute_seconds) * 1000);
                limits.check().map_err(|error| SettingsError::new("IDLE_SECONDS and ABSOLUTE_SECONDS", error))?;
                (Policy::recommended().with_express_keys(true).with_limits(limits), options)
            }
        };
        SessionManager::new(policy, keys, CookieName::CONNECT_SID, options)
            .map_err(|error| SettingsError::new("SECRETS, with PRESET=recommended", error))
    }

    pub(crate) fn idle_ms(&self) -> i64 {
        i64::from(self.idle_seconds) * 1000
    }

    pub(crate) fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds.into())
    }

    /// Under it, pages name sessions.
    pub(crate) fn key_of_handles(&self) -> Result<Key, SettingsError> {
        self.derived(Key::HANDLES).next().ok_or_else(no_secret)?
    }

    /// Under the first, presence cookies name sessions; under the others they did.
    pub(crate) fn keys_of_presence(&self) -> Result<(Key, Vec<Key>), SettingsError> {
        let mut keys = self.derived(PRESENCE);
        Ok((keys.next().ok_or_else(no_secret)??, keys.collect::<Result<_, _>>()?))
    }

    /// The keys of the secrets for another purpose than to sign cookies.
    ///
    /// The express preset takes short secrets, of which none is derived: such a one is repeated. It stays as easy to guess
    /// as it is.
    fn derived(&self, purpose: &str) -> impl Iterator<Item = Result<Key, SettingsError>> {
        self.secrets.iter().map(move |secret| {
            let secret = secret.repeat(SHORTEST_SECRET.div_ceil(secret.len().max(1)));
            Key::derive(secret, purpose, CookieName::CONNECT_SID.as_str())
                .map_err(|error| SettingsError::new("SECRETS", error))
        })
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("address", &self.address).field("preset", &self.preset).finish_non_exhaustive()
    }
}

/// What is wrong with a variable of the environment. It does not quote a secret.
#[derive(Debug)]
pub struct SettingsError {
    variable: &'static str,
    problem: String,
}

impl SettingsError {
    fn new(variable: &'static str, problem: impl Display) -> Self {
        Self { variable, problem: problem.to_string() }
    }
}

impl Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.variable, self.problem)
    }
}

impl Error for SettingsError {}

fn no_secret() -> SettingsError {
    SettingsError::new(
        "SECRETS",
        "there is none; `openssl rand -hex 32` makes one, and several are separated by commas",
    )
}

/// The parts of a list that are not empty.
fn list(variable: impl Fn(&str) -> Option<String>, name: &str, default: &str) -> Vec<String> {
    let text = variable(name).unwrap_or_else(|| default.to_owned());
    text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn parsed<V: FromStr>(
    variable: impl Fn(&str) -> Option<String>,
    name: &'static str,
    default: V,
    what: &str,
) -> Result<V, SettingsError> {
    let Some(text) = variable(name) else { return Ok(default) };
    text.parse().map_err(|_| SettingsError::new(name, format_args!("{text:?} is not {what}")))
}

/// One of two choices; the first is the default.
fn chosen<V>(
    variable: impl Fn(&str) -> Option<String>,
    name: &'static str,
    choices: [(&str, V); 2],
) -> Result<V, SettingsError> {
    let [(first, _), (second, _)] = &choices;
    let text = variable(name).unwrap_or_else(|| (*first).to_owned());
    let problem = SettingsError::new(name, format_args!("{text:?} is neither {first} nor {second}"));
    choices.into_iter().find(|(choice, _)| *choice == text).map(|(_, value)| value).ok_or(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Settings, String> {
        let variable = |name: &str| set.iter().find(|(of, _)| *of == name).map(|(_, text)| (*text).to_owned());
        Settings::read(variable).map_err(|error| error.to_string())
    }

    const SECRET: (&str, &str) = ("SECRETS", "0123456789abcdef0123456789abcdef,an older one of 32 bytes or more");

    #[test]
    fn what_is_not_set_has_its_default() -> Result<(), String> {
        let settings = read(&[SECRET])?;
        assert_eq!(settings.address.to_string(), "127.0.0.1:0");
        assert_eq!(settings.redis_urls, ["redis://127.0.0.1:6379/"]);
        assert_eq!((settings.preset, settings.presence_cookie), (Preset::Recommended, PresenceCookie::None));
        assert_eq!((settings.idle_seconds, settings.absolute_seconds), (900, 28_800));
        assert_eq!(
            (settings.admins.as_slice(), settings.presence_origins.as_slice()),
            (&["admin".to_owned()][..], &[][..])
        );
        assert_eq!(format!("{settings:?}"), "Settings { address: 127.0.0.1:0, preset: Recommended, .. }");
        Ok(())
    }

    #[test]
    fn each_fault_names_its_variable_and_no_secret() {
        for (set, said) in [
            (&[][..], "SECRETS: there is none; `openssl"),
            (&[SECRET, ("PORT", "65536")], "PORT: \"65536\" is not a port"),
            (&[SECRET, ("BIND", "localhost")], "BIND: \"localhost\" is not an address"),
            (&[SECRET, ("PRESET", "")], "PRESET: \"\" is neither recommended nor express"),
            (&[SECRET, ("PRESENCE_COOKIE", "lax")], "PRESENCE_COOKIE: \"lax\" is neither none nor partitioned"),
            (&[SECRET, ("IDLE_SECONDS", "0")], "IDLE_SECONDS: it is 0"),
            (&[SECRET, ("ABSOLUTE_SECONDS", "899")], "IDLE_SECONDS and ABSOLUTE_SECONDS: the idle limit is longer"),
            (&[("SECRETS", "keyboard cat")], "SECRETS, with PRESET=recommended: a secret is under 32 bytes long"),
        ] {
            let error = read(set).err().unwrap_or_default();
            assert!(error.starts_with(said), "{error}");
            assert!(!error.contains("cat"), "{error}");
        }
    }

    #[test]
    fn short_secrets_are_for_the_express_preset() -> Result<(), String> {
        let settings = read(&[("SECRETS", "keyboard cat,x"), ("PRESET", "express")])?;
        let keys = settings.keys_of_presence().map_err(|error| error.to_string())?;
        assert_eq!(keys.1.len(), 1);
        // What another language has to do for the same key.
        let known = Key::derive("keyboard catkeyboard catkeyboard cat", "presence", "connect.sid");
        let known = known.map_err(|error| error.to_string())?;
        assert!(keys.0.verify("text", known.sign("text").as_str()));
        Ok(())
    }
}
