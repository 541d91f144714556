//! A parser in another language: a child process that answers one line of JSON per line of JSON.

use core::time::Duration;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};

use crate::parsers::{Answer, Failure, Parser};

/// How long a line may take, before its program counts as one that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Adapter {
    name: String,
    child: Child,
    requests: ChildStdin,
    replies: Receiver<String>,
}

impl Adapter {
    /// Starts a command, which is split at spaces.
    ///
    /// # Errors
    ///
    /// [`Failure`] if there is no such program.
    pub(crate) fn start(name: &str, command: &[String]) -> Result<Self, Failure> {
        let (program, arguments) =
            command.split_first().ok_or_else(|| Failure(format!("the adapter {name} has no command")))?;
        let started = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| Failure(format!("{name}: {program} does not start: {error}")))?;
        let (Some(requests), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure(format!("{name}: no pipes")));
        };
        let (sender, replies) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { name: name.to_owned(), child, requests, replies })
    }

    fn reply_to(&mut self, request: &Value) -> Result<Value, Failure> {
        let sent = writeln!(self.requests, "{request}").and_then(|()| self.requests.flush());
        sent.map_err(|error| self.failure(&error.to_string()))?;
        let line = self.replies.recv_timeout(PATIENCE).map_err(|_| self.failure("no reply"))?;
        serde_json::from_str(&line).map_err(|_| self.failure("a reply that is no JSON"))
    }

    fn failure(&self, what: &str) -> Failure {
        Failure(format!("the adapter {}: {what}", self.name))
    }
}

impl Parser for Adapter {
    fn name(&self) -> &str {
        &self.name
    }

    fn ask(&mut self, header: &[u8]) -> Result<Answer, Failure> {
        let request = match core::str::from_utf8(header) {
            Ok(text) => json!({ "op": "parse", "header": text }),
            Err(_) => json!({ "op": "parse", "header_hex": hex(header) }),
        };
        let reply = self.reply_to(&request)?;
        if let Some(error) = reply.get("error") {
            let message = error.get("message").and_then(Value::as_str).unwrap_or("refused");
            return Ok(Err(message.to_owned()));
        }
        let pairs = reply.get("ok").and_then(Value::as_array).map(|pairs| {
            pairs.iter().map(|pair| Some((bytes(pair.get(0)?)?, bytes(pair.get(1)?)?))).collect::<Option<Vec<_>>>()
        });
        pairs.flatten().map(Ok).ok_or_else(|| self.failure("a reply that is no list of pairs"))
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        // It may have gone by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Text, or `{"hex":"…"}`.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        _ => from_hex(value.get("hex")?.as_str()?),
    }
}

pub(crate) fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16)?).ok();
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some((digit(*high)? << 4) | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
