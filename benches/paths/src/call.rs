//! One function with its input.

use core::hint::black_box;

/// One function with its input: a row and a column of the table.
pub struct Call {
    /// The row.
    pub path: String,
    /// The column.
    pub who: Who,
    run: Box<dyn FnMut(u32)>,
}

/// Whose function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// What any program of this kind must compute.
    Limit,
    /// The functions of this crate by themselves; for an exchange, the `express` preset with a flag for what has changed.
    Parts,
    /// The `express` preset of this crate.
    Express,
    /// The `recommended` preset of this crate.
    Recommended,
    /// The crate `hmac`, with the key's state stored.
    Hmac,
    /// The crate `cookie`, with its jar and its signed jar.
    Cookie,
    /// The crate `cookie` without a jar: no more than is needed.
    CookieParse,
    /// The crate `biscotti`.
    Biscotti,
    /// tower-sessions-core with its store in memory, and the signed jar of `cookie` as its layer uses it.
    Tower,
    /// actix-session: a request through an actix-web app.
    Actix,
    /// actix-web without sessions.
    ActixBare,
    /// serde_json.
    Serde,
    /// express-session in Node, or JSON there.
    Node,
}

impl Call {
    /// A function that is called once an operation.
    pub fn new<T>(path: impl Into<String>, who: Who, mut call: impl FnMut() -> T + 'static) -> Self {
        let run = move |times| {
            for _ in 0..times {
                black_box(call());
            }
        };
        Self { path: path.into(), who, run: Box::new(run) }
    }

    /// Calls it so many times.
    pub fn run(&mut self, times: u32) {
        (self.run)(times);
    }

    /// A name of one word.
    pub fn name(&self) -> String {
        let words = format!("{} {:?}", self.path, self.who).to_lowercase();
        let plain = words.replace('`', "").replace(';', "semicolons").replace('%', "percents").replace('!', "bang");
        plain
            .split(|other: char| !other.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-")
    }
}

impl Who {
    /// Whether it is a Rust program that one would pick instead.
    #[must_use]
    pub fn is_rust_peer(self) -> bool {
        matches!(self, Self::Cookie | Self::CookieParse | Self::Biscotti | Self::Tower | Self::Actix)
    }
}
