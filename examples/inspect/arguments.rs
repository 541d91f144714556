//! The command line.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

pub(super) const USAGE: &str = "\
Says what an Express session cookie is, and what a stored session holds.

Usage: inspect [OPTIONS] [COOKIE]

COOKIE is what you copied from the browser: the value (s%3A… or s:…), name=value, or a whole line that begins with
`Cookie:` or `Set-Cookie:`. Without it, or as `-`, it is read from standard input, where no other user of the machine
can see it in the list of processes: whoever has the cookie is logged in.

Options:
  --name NAME      the cookie's name (connect.sid)
  --record FILE    a stored session as JSON, such as `redis-cli GET sess:… > FILE` gives; `-` is standard input
  --secrets FILE   the secrets, one a line; `-` is standard input
  --show-id        show the session's id, which is a secret, and not only how it begins
  -h, --help       this text

Secrets are never arguments. They come from --secrets or from the environment variable SESSION_SECRET, one a line, in
the order of the option `secret` of express-session. Without any, what can be read without them is shown.
With --record and no COOKIE, only the record is looked at.

Exit status: 0 the signature is good and the record can be read; 1 not so; 2 wrong usage.
";

/// Where a text comes from.
pub(super) enum Source {
    File(PathBuf),
    Stdin,
    Text(String),
}

impl Source {
    fn file(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }
}

pub(super) struct Arguments {
    pub(super) cookie: Option<Source>,
    pub(super) name: String,
    pub(super) record: Option<Source>,
    pub(super) secrets: Option<Source>,
    pub(super) show_id: bool,
}

impl Arguments {
    /// The arguments of the process, or `None` where help is asked for.
    pub(super) fn read() -> Result<Option<Self>, String> {
        let mut arguments =
            Self { cookie: None, name: "connect.sid".to_owned(), record: None, secrets: None, show_id: false };
        match arguments.parse(Parser::from_env()) {
            Ok(true) => return Ok(None),
            Ok(false) => {}
            Err(error) => return Err(error.to_string()),
        }
        if arguments.cookie.is_none() && arguments.record.is_none() {
            arguments.cookie = Some(Source::Stdin);
        }
        let sources = [&arguments.cookie, &arguments.record, &arguments.secrets];
        if sources.iter().filter(|source| matches!(source, Some(Source::Stdin))).count() > 1 {
            return Err("only one of cookie, record and secrets can come from standard input".to_owned());
        }
        Ok(Some(arguments))
    }

    /// Whether help is asked for.
    fn parse(&mut self, mut parser: Parser) -> Result<bool, lexopt::Error> {
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("help") | Arg::Short('h') => return Ok(true),
                Arg::Long("name") => self.name = parser.value()?.string()?,
                Arg::Long("record") => self.record = Some(Source::file(parser.value()?.into())),
                Arg::Long("secrets") => self.secrets = Some(Source::file(parser.value()?.into())),
                Arg::Long("show-id") => self.show_id = true,
                Arg::Value(cookie) if self.cookie.is_none() => {
                    let cookie = cookie.string()?;
                    self.cookie = Some(if cookie == "-" { Source::Stdin } else { Source::Text(cookie) });
                }
                // An unquoted `connect.sid=…; Path=/` ends at its `;` or falls into several words.
                Arg::Value(_) => return Err("the cookie is one argument: put it in quotes".into()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(false)
    }
}
