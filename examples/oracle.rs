//! Answers the one-line-JSON protocol: one request a line on stdin, one reply a line on stdout.
//!
//! It lets a program in any language compare its Express sessions with this crate's, and it uses the crate as anyone
//! can. The reference for both is `tests/vectors/express.mjs`, which answers by running express-session itself.
//!
//! ```text
//! $ echo '{"op":"sign","value":"hello","secret":"keyboard cat"}' | cargo run -q --all-features --example oracle
//! {"ok":"hello.xz6khi6+oL1pnNhBgjk3Nr1CX2sxTjJiO9pKXaHZ33E"}
//! ```

#[path = "oracle/answer.rs"]
mod answer;

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        // A reader that has gone is the end of the work and no failure.
        match writeln!(output, "{}", answer::answer(text)).and_then(|()| output.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
        line.clear();
    }
    Ok(())
}
