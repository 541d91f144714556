//! Flash E: flash D on a device with a form to log in.

use session_core::{SessionId, Timestamp};

use crate::Request;
use crate::recommended::{Manager, Session, Store, answer, made};

/// What a user has sent by the form, after the device has looked at the password.
#[derive(Clone, Copy)]
pub enum Form<'f> {
    /// The page alone.
    None,
    /// A user whose password was right, and random bytes for another id.
    LogIn(&'f str, [u8; 24]),
    /// A change of settings, which takes a login within the last five minutes.
    Change(u32),
    /// No more of it.
    LogOut,
}

/// A request with what came in its body.
pub struct Submitted<'s> {
    pub request: Request<'s>,
    pub form: Form<'s>,
}

/// Makes the manager, once.
#[unsafe(no_mangle)]
pub extern "C" fn login_start(secret: &[u8; 32], manager: &mut Option<Manager>) {
    *manager = made(secret);
}

/// Does what the form says and writes the Set-Cookie line of the answer, whose length is returned.
#[unsafe(no_mangle)]
pub extern "C" fn login(
    manager: &Manager,
    submitted: &Submitted<'_>,
    store: &mut Store,
    line: &mut [u8; 320],
) -> usize {
    let Submitted { request, form } = submitted;
    let handle = |session: &mut Session, now| {
        // A name that is too long is nobody's.
        let _done = handle(session, form, now);
    };
    answer(manager, request, store, line, handle).unwrap_or_default()
}

fn handle(session: &mut Session, form: &Form<'_>, now: Timestamp) -> Option<()> {
    match *form {
        Form::None => {}
        Form::LogIn(user, random) => {
            session.authenticated(user.parse().ok()?, SessionId::from_random(random), now).ok()?;
        }
        Form::Change(views) => {
            if session.is_fresh(5 * 60_000, now) {
                session.data_mut().views = views;
            }
        }
        Form::LogOut => {
            // The end of the request asks for it again.
            let _later = session.destroy();
        }
    }
    Some(())
}
