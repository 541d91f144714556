//! The table: a row for each path, times as multiples of what they are to be compared with.

use std::fmt::Write as _;

use measure::Case;
use paths::Who;

use crate::limit::{CHAINED, L};

/// The columns behind the first one: who, and what stands above.
const COLUMNS: [(Who, &str); 11] = [
    (Who::Parts, "by parts"),
    (Who::Express, "`express`"),
    (Who::Recommended, "`recommended`"),
    (Who::Hmac, "`hmac`"),
    (Who::CookieParse, "`cookie`, no jar"),
    (Who::Cookie, "`cookie`, jars"),
    (Who::Biscotti, "`biscotti`"),
    (Who::Tower, "tower-sessions-core"),
    (Who::Actix, "actix-session"),
    (Who::Serde, "serde_json"),
    (Who::Node, "express-session"),
];

/// All of it as Markdown.
pub(crate) fn markdown(cases: &[Case]) -> String {
    let table = Table { cases, limit: find(cases, L, Who::Limit).map_or(f64::NAN, |case| case.nanoseconds) };
    let chained = find(cases, CHAINED, Who::Limit).map_or(f64::NAN, |case| case.nanoseconds);
    let mut text = format!(
        "L, two dependent compressions of SHA-256: {:.1} ns; {chained:.1} ns if no pair begins before the last one has ended.\n\n",
        table.limit
    );
    table.ours(&mut text);
    table.others(&mut text);
    text
}

struct Table<'c> {
    cases: &'c [Case],
    limit: f64,
}

impl Table<'_> {
    /// What each path costs us, as multiples of L.
    fn ours(&self, text: &mut String) {
        let columns = COLUMNS.get(..3).unwrap_or_default();
        *text += "| path | by parts | `express` | `recommended` | allocations | best Rust peer | express-session |\n";
        *text += "|---|---|---|---|---|---|---|\n";
        for path in self.paths() {
            let cases: Vec<_> = columns.iter().map(|(who, _)| find(self.cases, path, *who)).collect();
            let Some(best) = cases.iter().flatten().map(|case| case.nanoseconds).reduce(f64::min) else { continue };
            let times = |case: &Option<&Case>| {
                case.map_or(String::new(), |case| {
                    format!("{} ns = {:.2} L", whole(case.nanoseconds), case.nanoseconds / self.limit)
                })
            };
            let allocations: u64 = cases.iter().flatten().map(|case| case.allocations).sum();
            let peers = self.cases.iter().filter(|case| case.call.path == path && case.call.who.is_rust_peer());
            let peer = peers.min_by(|one, other| one.nanoseconds.total_cmp(&other.nanoseconds));
            let factor = |case: Option<&Case>| {
                case.map_or(String::new(), |case| format!("{:.1} times", case.nanoseconds / best))
            };
            let node = find(self.cases, path, Who::Node);
            let times: Vec<_> = cases.iter().map(times).collect();
            let (peer, node) = (factor(peer), factor(node));
            let _ = writeln!(text, "| {path} | {} | {allocations} | {peer} | {node} |", times.join(" | "));
        }
    }

    /// What it costs each, in ns, and how often they allocate.
    fn others(&self, text: &mut String) {
        *text += "\nIn ns, with allocations an operation behind a slash:\n\n| path |";
        for (_, name) in COLUMNS {
            let _ = write!(text, " {name} |");
        }
        *text += "\n|---|";
        *text += &"---|".repeat(COLUMNS.len());
        for path in self.paths() {
            let _ = write!(text, "\n| {path} |");
            for (who, _) in COLUMNS {
                let _ = match find(self.cases, path, who) {
                    Some(case) if who == Who::Node => write!(text, " {} |", whole(case.nanoseconds)),
                    Some(case) => write!(text, " {} / {} |", whole(case.nanoseconds), case.allocations),
                    None => write!(text, " |"),
                };
            }
        }
        *text += "\n";
        for path in self.paths() {
            if let Some(case) = find(self.cases, path, Who::ActixBare) {
                let _ = write!(
                    text,
                    "\nOf actix-session's {path}, actix-web takes {} ns without a session.",
                    whole(case.nanoseconds)
                );
            }
        }
        if let Some(case) = find(self.cases, "new id from ChaCha20", Who::Limit) {
            let _ = write!(text, "\nOf the new id, ChaCha20 takes {:.1} ns.", case.nanoseconds);
        }
        *text += "\n";
    }

    /// In the order in which they were first measured.
    fn paths(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = vec![];
        for case in self.cases {
            if !paths.contains(&case.call.path.as_str()) {
                paths.push(&case.call.path);
            }
        }
        paths
    }
}

fn find<'c>(cases: &'c [Case], path: &str, who: Who) -> Option<&'c Case> {
    cases.iter().find(|case| case.call.path == path && case.call.who == who)
}

/// With three digits that count, at least.
fn whole(nanoseconds: f64) -> String {
    if nanoseconds < 100.0 { format!("{nanoseconds:.1}") } else { format!("{nanoseconds:.0}") }
}
