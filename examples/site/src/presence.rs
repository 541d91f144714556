//! Whether a visitor of another site is logged in here, for sites that may ask.
//!
//! The session cookie must not answer that: with `SameSite=None` every other site's forms would bring it along, and a site
//! that gets hold of it is the user. So there is another cookie that names the session and opens nothing. It goes to
//! `/presence` alone, what comes back is one bit, and nobody learns it but a page of an origin that is on the list.
//!
//! In Redis, `presence:` and the cookie's value lead to the session's key; the session itself says whether it is alive.

use session_core::{CookieAttributes, CookieName, Cookies, Handle, SameSite, SetCookie, StoreKey};
use session_core_redis::StoreError;

use crate::{PresenceCookie, Reply, Site};

const NAME: CookieName<'static> = match CookieName::new("presence") {
    Ok(name) => name,
    Err(_) => panic!("not a cookie name"),
};
const PATH: &str = "/presence";

impl Site {
    /// `GET /presence`: one bit for an origin on the list, 403 for all others. It uses no session, and keeps none alive.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: Redis is away.
    pub async fn presence(&self, origin: Option<&[u8]>, cookie_headers: &[&[u8]]) -> Result<Reply, StoreError> {
        let listed = |origin: &&[u8]| self.settings.presence_origins.iter().find(|known| known.as_bytes() == *origin);
        let Some(origin) = origin.as_ref().and_then(listed) else {
            return Ok(Reply::json(403, &serde_json::json!({ "error": "not for this origin" })).private());
        };
        let logged_in = match Cookies::from_headers(cookie_headers).find(NAME.as_str().as_bytes()) {
            Some(cookie) => self.is_present(cookie.raw_value()).await?,
            None => false,
        };
        Ok(Reply::json(200, &serde_json::json!({ "loggedIn": logged_in }))
            .private()
            .with("access-control-allow-origin", origin)
            .with("access-control-allow-credentials", "true"))
    }

    /// Lets the presence of a session last as long as the session, which was used just now.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: Redis is away.
    pub async fn stay(&self, key: &StoreKey) -> Result<(), StoreError> {
        for name in self.names(key) {
            if self.store.note(&name).await?.is_some() {
                self.store.put_note(&name, key.as_str(), self.settings.idle()).await?;
            }
        }
        Ok(())
    }

    /// Notes that the session of this key can be asked for, and gives the cookie that does.
    pub(crate) async fn appear(&self, key: &StoreKey) -> Result<String, StoreError> {
        let handle = Handle::new(&self.presence, key);
        self.store.put_note(&name_of(&handle), key.as_str(), self.settings.idle()).await?;
        Ok(self.line(handle.as_str(), false))
    }

    /// Forgets it again, and gives the line that has the browser forget its cookie.
    pub(crate) async fn disappear(&self, key: &StoreKey) -> String {
        for name in self.names(key) {
            // If Redis does not do it, the session has ended all the same, and so has the presence.
            let _forgotten = self.store.remove_note(&name).await;
        }
        self.line("", true)
    }

    /// Whether a presence cookie of this value leads to a session that is alive, in which somebody is logged in.
    async fn is_present(&self, value: &[u8]) -> Result<bool, StoreError> {
        let handle = core::str::from_utf8(value).ok().and_then(|text| text.parse::<Handle>().ok());
        let Some(handle) = handle else { return Ok(false) };
        let Some(key) = self.store.note(&name_of(&handle)).await? else { return Ok(false) };
        let Ok(key) = key.parse::<StoreKey>() else { return Ok(false) };
        let found = self.store.load(&key).await?;
        Ok(found.is_some_and(|found| !found.record().is_moved() && found.record().data().view().user.is_some()))
    }

    /// Where the presence of a session may be noted: by this secret, or by an older one.
    fn names(&self, key: &StoreKey) -> impl Iterator<Item = String> {
        [&self.presence].into_iter().chain(&self.older_presence).map(|under| name_of(&Handle::new(under, key)))
    }

    fn line(&self, value: &str, removal: bool) -> String {
        let attributes = CookieAttributes::new()
            .path(PATH)
            .http_only(true)
            .secure(true)
            .same_site(SameSite::None)
            .partitioned(self.settings.presence_cookie == PresenceCookie::Partitioned);
        // These attributes are good ones.
        let line = SetCookie::new(NAME, value, attributes);
        line.map(|line| if removal { line.removal() } else { line }.to_string()).unwrap_or_default()
    }
}

impl Reply {
    /// No cache keeps it, nor gives it to another origin.
    fn private(self) -> Self {
        self.with("cache-control", "no-store").with("vary", "Origin")
    }
}

fn name_of(handle: &Handle) -> String {
    format!("presence:{handle}")
}
