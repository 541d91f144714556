//! What the command line says.

use std::path::{Path, PathBuf};

use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};
use session_core::testing::Strength;

use crate::adapter::Adapter;
use crate::parsers::{Failure, IN_PROCESS, InProcess, Parser};

pub(crate) const HELP: &str = "\
Asks many cookie parsers about the same header, and says what an attacker gains where they differ.

  cookie-differ [OPTIONS] [HEADER...]

Headers:
  HEADER                  a Cookie header, without its name
  --stdin                 one header a line
  --corpus FOLDER         one header a file, as fuzzers keep them
  --generate STRENGTH     well-formed, near-miss or attack; with
    --seed N                the first seed (0), and
    -n N                    how many (100)
Parsers:
  --shipped               also npm cookie 0.7.2 and current (after `npm ci` in adapters/npm-cookie) and http.cookies
  --adapter NAME=COMMAND  a program that answers one line of JSON per line of JSON, under a name that is not taken
  --only NAME[,NAME...]   these parsers alone
  --baseline NAME         what they are compared with: browser (what stood in it), or any parser
Answers:
  --answers               every parser's answer to every header
  --json                  all of it as JSON
Exit status: 0 no difference, 11 low, 12 medium, 13 high, 14 critical; 2 wrong arguments, or nothing to
compare; 3 a parser that does not answer.
";

/// What stood in it is no parser's answer: it is compared with, and never asked.
const BROWSER: &str = "browser";

#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) headers: Vec<Vec<u8>>,
    pub(crate) from_stdin: bool,
    pub(crate) corpora: Vec<PathBuf>,
    pub(crate) generate: Option<Strength>,
    pub(crate) seed: u64,
    pub(crate) count: u64,
    pub(crate) shows_answers: bool,
    pub(crate) as_json: bool,
    baseline: Option<String>,
    only: Vec<String>,
    /// A name, and a command in words.
    adapters: Vec<(String, Vec<String>)>,
}

impl Arguments {
    /// `None` if only help is wanted.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments.
    pub(crate) fn read() -> Result<Option<Self>, lexopt::Error> {
        let mut read = Self { count: 100, ..Self::default() };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Value(header) => read.headers.push(header.into_encoded_bytes()),
                Long("stdin") => read.from_stdin = true,
                Long("corpus") => read.corpora.push(parser.value()?.into()),
                Long("generate") => read.generate = Some(parser.value()?.parse_with(strength)?),
                Long("seed") => read.seed = parser.value()?.parse()?,
                Short('n') => read.count = parser.value()?.parse()?,
                Long("shipped") => read.adapters.extend(shipped()),
                Long("adapter") => read.adapters.push(parser.value()?.parse_with(adapter)?),
                Long("only") => read.only.extend(parser.value()?.string()?.split(',').map(ToOwned::to_owned)),
                Long("baseline") => read.baseline = Some(parser.value()?.string()?),
                Long("answers") => read.shows_answers = true,
                Long("json") => read.as_json = true,
                Short('h') | Long("help") => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }
        read.check().map(|()| Some(read)).map_err(lexopt::Error::from)
    }

    /// What is wrong with the names.
    fn check(&self) -> Result<(), String> {
        let built_in = |name: &str| IN_PROCESS.iter().any(|(known, _)| *known == name);
        for (place, (name, _)) in self.adapters.iter().enumerate() {
            if built_in(name) || self.adapters.iter().take(place).any(|(other, _)| other == name) {
                return Err(format!("the name {name} is taken"));
            }
        }
        let known = |name: &String| built_in(name) || self.adapters.iter().any(|(known, _)| known == name);
        if let Some(name) = self.only.iter().chain(&self.baseline).find(|name| !known(name)) {
            return Err(format!("no parser is called {name}"));
        }
        if self.only.iter().any(|name| name == BROWSER) {
            return Err(format!("{BROWSER} is no parser to ask, only a baseline"));
        }
        if self.asked().next().is_none() {
            return Err(format!("no parser is left to compare with {}", self.baseline_name()));
        }
        Ok(())
    }

    fn baseline_name(&self) -> &str {
        self.baseline.as_deref().unwrap_or(BROWSER)
    }

    /// What the parsers are compared with.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not start.
    pub(crate) fn baseline(&self) -> Result<Box<dyn Parser>, Failure> {
        self.parser(self.baseline_name())
    }

    /// The parsers that are asked.
    ///
    /// # Errors
    ///
    /// [`Failure`] if one does not start.
    pub(crate) fn parsers(&self) -> Result<Vec<Box<dyn Parser>>, Failure> {
        self.asked().map(|name| self.parser(name)).collect()
    }

    /// The names of those that are asked.
    fn asked(&self) -> impl Iterator<Item = &str> {
        let names = IN_PROCESS.iter().map(|(name, _)| *name).chain(self.adapters.iter().map(|(name, _)| &**name));
        names.filter(|name| {
            let is_wanted = self.only.is_empty() || self.only.iter().any(|only| only == name);
            is_wanted && *name != BROWSER && *name != self.baseline_name()
        })
    }

    fn parser(&self, name: &str) -> Result<Box<dyn Parser>, Failure> {
        if let Some(parser) = InProcess::named(name) {
            return Ok(Box::new(parser));
        }
        let command = self.adapters.iter().find(|(known, _)| known == name);
        let command = command.map(|(_, command)| &command[..]).unwrap_or_default();
        Ok(Box::new(Adapter::start(name, command)?))
    }
}

fn strength(text: &str) -> Result<Strength, &'static str> {
    match text {
        "well-formed" => Ok(Strength::WellFormed),
        "near-miss" => Ok(Strength::NearMiss),
        "attack" => Ok(Strength::Attack),
        _ => Err("neither well-formed, near-miss nor attack"),
    }
}

fn adapter(text: &str) -> Result<(String, Vec<String>), &'static str> {
    let (name, command) = text.split_once('=').ok_or("not NAME=COMMAND")?;
    Ok((name.to_owned(), command.split(' ').filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()))
}

fn shipped() -> [(String, Vec<String>); 3] {
    let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters");
    let command = |program: &str, file: &str, package: Option<&str>| {
        let file = adapters.join(file).to_string_lossy().into_owned();
        [program.to_owned(), file].into_iter().chain(package.map(ToOwned::to_owned)).collect()
    };
    [
        ("npm-cookie-0.7".to_owned(), command("node", "npm-cookie/adapter.mjs", Some("cookie-0.7"))),
        ("npm-cookie-current".to_owned(), command("node", "npm-cookie/adapter.mjs", Some("cookie-current"))),
        ("http.cookies".to_owned(), command("python3", "http_cookies.py", None)),
    ]
}
