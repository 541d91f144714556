//! What it takes of memory.

use std::fmt::Write as _;

use measure::held;
use paths::ours::Visit;
use session_core::{
    Cookie, CookieAttributes, CookieOptions, Cookies, Decoded, FixedStore, HeapStore, Key, KeyRing, Loaded, Outcome,
    Pending, Policy, Record, Session, SessionCookie, SessionId, SessionManager, SetCookie, Settled, Signature,
    StoreKey, StoreOp, Ticket, Timestamp, VerifiedId,
};

use crate::stores::{heap_store, map_store};

/// Bytes for each session in a store of as many as that, and the sizes of the public types.
pub(crate) fn markdown(most: usize) -> String {
    let mut text = "| bytes for a session of 12 bytes of data, among |".to_owned();
    let counts: Vec<_> = [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|count| *count <= most).collect();
    counts.iter().for_each(|count| text += &format!(" {count} |"));
    text += "\n|---|";
    text += &"---|".repeat(counts.len());
    text += "\n| HeapStore |";
    counts.iter().for_each(|count| text += &format!(" {} |", each(*count, heap_store)));
    text += "\n| HashMap<String, Record> |";
    counts.iter().for_each(|count| text += &format!(" {} |", each(*count, map_store)));
    text += "\n| FixedStore |";
    let fixed = size_of::<FixedStore<Visit, 64>>() / 64;
    counts.iter().for_each(|_| text += &format!(" {fixed} |"));
    text += "\n\n| type | bytes |\n|---|---|\n";
    for (name, size) in sizes() {
        let _ = writeln!(text, "| {name} | {size} |");
    }
    text
}

fn each<S>(sessions: usize, store: impl Fn(usize) -> S) -> usize {
    let before = held();
    let store = store(sessions);
    let taken = held() - before;
    drop(store);
    taken / sessions
}

macro_rules! sizes {
    ($($type:ty),* $(,)?) => { [$((stringify!($type), size_of::<$type>())),*] };
}

fn sizes() -> Vec<(&'static str, usize)> {
    sizes![
        SessionId, StoreKey, VerifiedId, Signature, Key, KeyRing, Timestamp, Ticket, SessionCookie, Record<Visit>,
        Loaded<Visit, u64>, StoreOp<'_, Visit, u64>, Cookies<'_>, Cookie<'_>, Decoded<'_>, CookieAttributes<'_>, SetCookie<'_>,
        CookieOptions<'_>, Policy<Visit>, SessionManager<'_, Visit>, Pending<'_, Visit>, Session<'_, Visit, u64>,
        Outcome<'_, Visit, u64>, Settled<'_, Visit, u64>, FixedStore<Visit, 1>, FixedStore<Visit, 64>, HeapStore<Visit>,
    ]
    .into()
}
