//! Who is online: for those who may know, by handles, and without keeping anybody logged in.

use serde::Serialize;
use session_core::{Handle, StoreOp, Ticket, Timestamp};
use session_core_redis::{Listed, StoreError};

use crate::{Data, Loaded, Reply, Site, pages};

/// A session in which somebody is logged in, as pages and programs see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Online {
    /// What names the session.
    pub handle: String,
    /// Who is logged in.
    pub user: String,
    /// For how long it was not used, as far as that was noted. None if it is about to end however much it is used: then
    /// the store's clock no longer tells.
    pub idle_seconds: Option<u64>,
    /// When it ends, if it is not used any more.
    pub ends_in_seconds: u64,
}

impl Site {
    /// `GET /online`: the page.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: Redis is away.
    pub async fn online(&self, seen: Option<&Loaded>) -> Result<Reply, StoreError> {
        if let Some(status) = self.refusal(seen) {
            return Ok(Reply::page(status, pages::refusal(self.server, status)));
        }
        Ok(Reply::page(200, pages::online(self.server, &self.all_online().await?)))
    }

    /// `GET /api/online`: the same for programs.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: Redis is away.
    pub async fn online_list(&self, seen: Option<&Loaded>) -> Result<Reply, StoreError> {
        if let Some(status) = self.refusal(seen) {
            return Ok(Reply::json(status, &serde_json::json!({ "error": pages::refusal_title(status) })));
        }
        Ok(Reply::json(200, &self.all_online().await?))
    }

    /// `POST /online/end`: ends the session of this handle, if there is one.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: Redis is away.
    pub async fn end(&self, seen: Option<&Loaded>, handle: &str) -> Result<Reply, StoreError> {
        if let Some(status) = self.refusal(seen) {
            return Ok(Reply::page(status, pages::refusal(self.server, status)));
        }
        let found = match handle.parse::<Handle>() {
            Ok(handle) => self.store.find(&self.handles, handle).await?,
            Err(_) => None,
        };
        if let Some(found) = found {
            self.store.apply(StoreOp::destroy(*found.loaded.key()), Timestamp::now()).await?;
        }
        Ok(Reply::see_other("/online"))
    }

    /// 401 if nobody is logged in, 403 if it is nobody who may know.
    fn refusal(&self, seen: Option<&Loaded>) -> Option<u16> {
        match seen.and_then(|seen| seen.record().data().view().user.as_ref()) {
            None => Some(401),
            Some(user) if !self.settings.admins.contains(user) => Some(403),
            Some(_) => None,
        }
    }

    async fn all_online(&self) -> Result<Vec<Online>, StoreError> {
        let now = Timestamp::now();
        let listed = self.store.list(&self.handles).await?;
        let mut online: Vec<_> = listed.iter().filter_map(|listed| self.as_online(listed, now)).collect();
        online.sort_by(|one, other| (&one.user, &one.handle).cmp(&(&other.user, &other.handle)));
        Ok(online)
    }

    /// Nothing of a session in which nobody is logged in.
    fn as_online(&self, listed: &Listed<Data>, now: Timestamp) -> Option<Online> {
        let record = listed.loaded.record();
        let user = record.data().view().user.clone()?;
        // It is Redis that knows when a session ends; what stands in the document may be old.
        let left = i64::try_from(listed.loaded.ttl_left()?.as_millis()).unwrap_or(i64::MAX);
        let until_end = record.ticket().map_or(i64::MAX, |ticket: &Ticket| ticket.end().ms_since(now));
        let idle = (until_end > self.settings.idle_ms()).then(|| seconds(self.settings.idle_ms().saturating_sub(left)));
        let ends_in_seconds = seconds(left.min(until_end));
        Some(Online { handle: listed.handle.to_string(), user, idle_seconds: idle, ends_in_seconds })
    }
}

fn seconds(ms: i64) -> u64 {
    u64::try_from(ms / 1000).unwrap_or_default()
}
