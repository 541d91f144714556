//! Where the headers come from.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use session_core::testing::{Case, Header, Seed};

use crate::arguments::Arguments;
use crate::parsers::Failure;

/// All headers that the arguments name, in their order.
///
/// # Errors
///
/// [`Failure`] if something cannot be read, or there are none.
pub(crate) fn headers(arguments: &Arguments) -> Result<Vec<Vec<u8>>, Failure> {
    let mut headers = arguments.headers.clone();
    if arguments.from_stdin {
        let mut text = Vec::new();
        io::stdin().read_to_end(&mut text).map_err(|error| Failure(format!("stdin: {error}")))?;
        // Behind the last line is none, but an empty line is an empty header.
        let lines = text.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line));
        headers.extend(lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec()));
    }
    for folder in &arguments.corpora {
        headers.extend(corpus(folder)?);
    }
    if let Some(strength) = arguments.generate {
        for place in 0..arguments.count {
            let mut seed = Seed::new(arguments.seed.wrapping_add(place));
            headers.push(Case::generate(Header::Cookie, strength, &mut seed).into_header());
        }
    }
    if headers.is_empty() { Err(Failure("no header to ask about; see --help".to_owned())) } else { Ok(headers) }
}

/// Each file is a header, byte for byte, as fuzzers keep them.
fn corpus(folder: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let failure = |error: io::Error| Failure(format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(failure)?.collect::<Result<Vec<_>, _>>().map_err(failure)?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).map_err(failure)).collect()
}
