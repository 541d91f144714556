//! A parser in another language: a child process that answers one line of JSON per line of JSON.

use core::time::Duration;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::parsers::{Answer, Failure, Parser};

/// How long a line may take, before its program counts as one that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long it may take to end, once nothing more is asked.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(5);

const SPARE: &str = "more than one reply to a line";

pub(crate) struct Adapter {
    name: String,
    child: Child,
    /// Lines; `None` once nothing more is asked.
    requests: Option<Sender<String>>,
    /// Lines, without what ends them.
    replies: Receiver<Vec<u8>>,
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
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure(format!("{name}: no pipes")));
        };
        let (requests, asked) = channel::<String>();
        // Apart, so that one that does not read is waited for no longer than one that does not answer.
        thread::spawn(move || asked.iter().try_for_each(|line| writeln!(input, "{line}").and_then(|()| input.flush())));
        // Few, so that one that never stops fills no memory.
        let (sender, replies) = sync_channel(16);
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { name: name.to_owned(), child, requests: Some(requests), replies })
    }

    fn reply_to(&mut self, request: &Value) -> Result<Value, Failure> {
        // A spare line would answer the next request.
        if self.replies.try_recv().is_ok() {
            return Err(self.failure(SPARE));
        }
        // Whoever does not read any more has ended, or is silent.
        let _sent = self.requests.as_ref().map(|requests| requests.send(request.to_string()));
        let line = match self.replies.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                return Err(self.failure(&format!("no reply within {} s", PATIENCE.as_secs())));
            }
            Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
        };
        let text = core::str::from_utf8(&line).map_err(|_| self.failure("a reply that is not UTF-8"))?;
        serde_json::from_str(text).map_err(|_| self.failure("a reply that is no JSON"))
    }

    /// Why nothing more comes from it.
    fn ended(&mut self) -> Failure {
        match self.wait() {
            Some(status) => self.failure(&match status.code() {
                Some(code) => format!("ended with status {code}"),
                None => format!("ended: {status}"),
            }),
            None => self.failure("no more replies, since it has closed its output"),
        }
    }

    /// Its status, if it ends soon.
    fn wait(&mut self) -> Option<ExitStatus> {
        let began = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if began.elapsed() < PATIENCE_AT_THE_END => thread::sleep(Duration::from_millis(2)),
                _ => return None,
            }
        }
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

    fn finish(&mut self) -> Result<(), Failure> {
        self.requests = None;
        // One that does not end, though nothing more is asked, has said all that it is going to say.
        match self.replies.recv_timeout(PATIENCE_AT_THE_END) {
            Ok(_) => Err(self.failure(SPARE)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(()),
        }
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
