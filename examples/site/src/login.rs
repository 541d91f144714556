//! The front page, and who comes in and goes out.

use session_core::{Principal, StoreKey};
use session_core_redis::StoreError;

use crate::pages::{self, Page};
use crate::{Data, Loaded, Preset, Reply, Session, Site};

impl Site {
    /// `GET /`: a login form, or how often the user was here.
    ///
    /// The key is that of a session in which somebody is logged in: for [`stay`](Self::stay).
    pub fn front(&self, session: &mut Session) -> (Reply, Option<StoreKey>) {
        let Some(user) = session.data().view().user.clone() else {
            return (Reply::page(200, pages::login(self.server, "", None)), None);
        };
        let views = session.data().view().views.saturating_add(1);
        session.data_mut().view_mut().views = views;
        (Reply::page(200, pages::welcome(self.server, &user, views)), Some(*session.key()))
    }

    /// Whether a user may be called so; if not, the reply says why.
    ///
    /// # Errors
    ///
    /// The reply.
    pub fn user_name(&self, typed: &str) -> Result<Principal, Reply> {
        let name = typed.trim();
        name.parse().map_err(|problem| Reply::page(422, pages::login(self.server, name, Some(problem))))
    }

    /// Whether a login is [`Session::authenticated`]; else it is [`Session::regenerate`].
    #[must_use]
    pub fn knows_logins(&self) -> bool {
        self.settings.preset == Preset::Recommended
    }

    /// Notes in the session who is logged in, after the program has given it a new id, and gives its key: for
    /// [`log_in`](Self::log_in).
    pub fn welcome(&self, session: &mut Session, user: &Principal) -> StoreKey {
        let before = session.data().view().user.as_deref();
        if before.is_some_and(|before| before != user.as_str()) {
            // Another user's, who had logged in with Express, of whom nothing but this name tells.
            *session.data_mut() = Data::default();
        }
        session.data_mut().view_mut().user = Some(user.as_str().to_owned());
        *session.key()
    }

    /// `POST /login`, in the end: 303, with the cookie by which other sites may ask.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: Redis is away.
    pub async fn log_in(&self, key: &StoreKey) -> Result<Reply, StoreError> {
        Ok(Reply::see_other("/").with("set-cookie", self.appear(key).await?))
    }

    /// `POST /logout`, in the end: 303, without that cookie. `key` is what the session had.
    pub async fn log_out(&self, key: &StoreKey) -> Reply {
        Reply::see_other("/").with("set-cookie", self.disappear(key).await)
    }

    /// `GET /api/me`, for programs: who am I?
    pub fn me(&self, seen: Option<&Loaded>) -> Reply {
        let visitor = seen.map(|seen| seen.record().data().view()).cloned().unwrap_or_default();
        let me = serde_json::json!({ "server": self.server, "user": visitor.user, "views": visitor.views });
        Reply::json(200, &me)
    }

    /// What is answered in place of what has failed, with this status.
    pub fn failure(&self, status: u16) -> Reply {
        Reply::page(status, pages::failure(self.server, status))
    }

    /// Where there is no such page.
    pub fn not_found(&self) -> Reply {
        let text = "<p>There is no such page here.</p>";
        Reply::page(404, Page { server: self.server, path: "", title: "Not found" }.html("Not found", text))
    }

    /// What [`is_our_own`](crate::is_our_own) does not let pass.
    pub fn foreign(&self) -> Reply {
        let text = "<p>This form was not sent from a page of ours, so nothing was done.</p>";
        Reply::page(403, Page { server: self.server, path: "", title: "Refused" }.html("Refused", text))
    }

    /// `GET /style.css`
    pub fn style(&self) -> Reply {
        let headers = [("content-type", "text/css".to_owned())].into();
        Reply { status: 200, headers, body: include_str!("pages/style.css").to_owned() }
    }
}
