//! Top-level names of a session's document that are not a program's to use.

/// The name of the session's own cookie among the data.
pub(crate) const COOKIE: &str = "cookie";

/// The name of what the recommended preset keeps beyond Express's fields.
///
/// One top-level name: Express keeps such a one as it is, and drops what it does not know inside of `cookie`.
pub(crate) const TICKET: &str = "sessionCore";

/// Names that Express keeps for itself: `req`, `id` and the methods of its `Session`, and those of `Object.prototype`.
///
/// `new Session(req, data)` of express-session passes over what is already `in this`.
const RESERVED: [&str; 20] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "destroy",
    "hasOwnProperty",
    "id",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "regenerate",
    "reload",
    "req",
    "resetMaxAge",
    "save",
    "toLocaleString",
    "toString",
    "touch",
    "valueOf",
];

/// Whether Express passes over a name when it loads a session.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
