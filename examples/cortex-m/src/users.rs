//! Who may log in.

use subtle::ConstantTimeEq;

/// A user of the device.
pub struct User {
    pub name: &'static str,
    password: &'static str,
    /// Who sees who is online, and may end their sessions.
    pub is_admin: bool,
}

/// **A product replaces this**: by passwords of each device's own, kept as slow salted hashes, changed at the first login,
/// and with a limit on how often somebody may guess.
static USERS: [User; 3] = [
    User { name: "admin", password: "correct horse", is_admin: true },
    User { name: "ada", password: "battery", is_admin: false },
    User { name: "grace", password: "staple", is_admin: false },
];

/// The user of this name.
pub fn find(name: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.name == name)
}

/// The user of this name, if the password is theirs.
pub fn check(name: &str, password: &str) -> Option<&'static User> {
    find(name).filter(|user| user.password.as_bytes().ct_eq(password.as_bytes()).into())
}
