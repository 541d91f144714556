//! The requests whose orders are tried.

use super::script::{Act, Carries, Script};

pub(super) const READ: Script = Script::new("a read", &[]);
pub(super) const LOOK: Script = Script::new("a look", &[]).passive();
pub(super) const EDIT: Script = Script::new("an edit", &[Act::Edit]);
pub(super) const OTHER_EDIT: Script = Script::new("another edit", &[Act::Edit]);
pub(super) const SAVED_EDIT: Script = Script::new("a saved edit", &[Act::Edit, Act::Save, Act::Edit]);
pub(super) const LOGOUT: Script = Script::new("a logout", &[Act::Destroy]);
pub(super) const SAVED_LOGOUT: Script = Script::new("an edit and logout", &[Act::Edit, Act::Save, Act::Destroy]);
pub(super) const LOGIN: Script = Script::new("a login", &[Act::Edit, Act::Login("ada")]);
pub(super) const SAVED_LOGIN: Script = Script::new("a saved login", &[Act::Login("ada"), Act::Save, Act::Edit]);
pub(super) const OTHER_LOGIN: Script = Script::new("eve's login", &[Act::Edit, Act::Login("eve"), Act::Edit]);
pub(super) const RENEWAL: Script = Script::new("a renewal", &[Act::Renew]);
pub(super) const SAVED_RENEWAL: Script = Script::new("a saved renewal", &[Act::Renew, Act::Save, Act::Edit]);
pub(super) const REGENERATION: Script = Script::new("a regeneration", &[Act::Edit, Act::Regenerate, Act::Edit]);

/// Each kind of handler once.
pub(super) const ALL: [Script; 12] = [
    READ,
    LOOK,
    EDIT,
    SAVED_EDIT,
    LOGOUT,
    SAVED_LOGOUT,
    LOGIN,
    SAVED_LOGIN,
    OTHER_LOGIN,
    RENEWAL,
    SAVED_RENEWAL,
    REGENERATION,
];

/// Those that write what they have loaded.
pub(super) const WRITERS: [Script; 6] = [EDIT, SAVED_EDIT, READ, RENEWAL, SAVED_RENEWAL, REGENERATION];

/// Those that log somebody in.
pub(super) const LOGINS: [Script; 3] = [LOGIN, SAVED_LOGIN, OTHER_LOGIN];

/// What begins the session that a test is about.
pub(super) const FIRST_EDIT: Script = Script::new("the first edit", &[Act::Edit]).carrying(Carries::Nothing);
pub(super) const FIRST_LOGIN: Script =
    Script::new("the first login", &[Act::Edit, Act::Login("ada")]).carrying(Carries::Nothing);
