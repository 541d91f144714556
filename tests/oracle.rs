//! The example `oracle` as a process, under attack: hostile lines, long ones, half ones, and a pipe that is closed.
//!
//! `cargo test` builds the examples beside the tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use serde_json::{Value, json};
use session_core::testing::{Bytes, Case, Header, Mutator, Seed, Strength};

const SIGN: &str = r#"{"op":"sign","value":"hello","secret":"keyboard cat"}"#;
const SIGNED: &str = r#"{"ok":"hello.xz6khi6+oL1pnNhBgjk3Nr1CX2sxTjJiO9pKXaHZ33E"}"#;

fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().parent().unwrap().join("examples/oracle");
    assert!(program.is_file(), "cargo build --example oracle with the same features builds {}", program.display());
    program
}

fn start() -> Child {
    Command::new(program()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What the program says to all of this, and then goes. It is told while it answers, or both would wait.
fn replies(input: Vec<u8>) -> Vec<String> {
    let mut child = start();
    let mut stdin = child.stdin.take().unwrap();
    let teller = thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    teller.join().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(ToOwned::to_owned).collect()
}

fn is_error(reply: &str) -> bool {
    let reply: Value = serde_json::from_str(reply).unwrap();
    reply["error"]["kind"].is_string() && reply["error"]["message"].is_string()
}

#[test]
fn every_line_has_one_reply_and_none_ends_the_program() {
    let mut random = Seed::new(11);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for _ in 0..3000 {
        // Headers, requests with a header in them, and requests that a mutator has been at.
        let case = Case::generate(Header::Cookie, Strength::Attack, &mut random);
        let request = json!({ "op": "parse", "header": String::from_utf8_lossy(case.header()) }).to_string();
        let mut mutated = request.clone().into_bytes();
        Mutator::any(&mut random).apply(&mut mutated, &mut random);
        lines.extend([case.into_header(), request.into_bytes(), mutated]);
    }
    lines.extend([b"\xFF\xFE".to_vec(), b"\0".to_vec(), Vec::new(), b"\r".to_vec(), vec![b'['; 200_000]]);
    lines.retain(|line| !line.contains(&b'\n'));
    assert!(lines.len() > 6000);
    let count = lines.len();
    let mut input = lines.join(&b'\n');
    input.extend_from_slice(format!("\n{SIGN}\n").as_bytes());
    let replies = replies(input);
    assert_eq!(replies.len(), count + 1);
    assert_eq!(replies[count], SIGNED);
    for (line, reply) in lines.iter().zip(&replies) {
        let reply: Value = serde_json::from_str(reply).unwrap();
        assert_eq!(reply.as_object().unwrap().len(), 1);
        let is_request = serde_json::from_slice::<Value>(line).is_ok_and(|line| line["op"] == "parse");
        assert!(reply["ok"].is_array() == is_request || reply["error"].is_object(), "{}", line.escape_ascii());
    }
}

#[test]
fn lines_of_megabytes_are_answered() {
    let header = "a=b; ".repeat(1_000_000);
    let wide = format!(r#"{{"op":"parse","header":"{header}"}}"#);
    let many: String = (0..100_000).map(|number| format!("n{number}={number}; ")).collect();
    let many = format!(r#"{{"op":"parse","header":"{many}"}}"#);
    let deep = format!("{}{}", "[".repeat(3_000_000), "]".repeat(3_000_000));
    let no_json = "x".repeat(5_000_000);
    let text = format!(r#"{{"op":"encode","text":"{}"}}"#, "%".repeat(1_000_000));
    let replies = replies(format!("{wide}\n{many}\n{deep}\n{no_json}\n{text}\n{SIGN}\n").into_bytes());
    assert_eq!(replies.len(), 6);
    assert_eq!(replies[0], r#"{"ok":[["a","b"]]}"#);
    let many: Value = serde_json::from_str(&replies[1]).unwrap();
    assert_eq!(many["ok"].as_array().unwrap().len(), 100_000);
    assert!(is_error(&replies[2]) && is_error(&replies[3]));
    assert_eq!(replies[4].len(), r#"{"ok":""}"#.len() + 3_000_000);
    assert_eq!(replies[5], SIGNED);
}

#[test]
fn a_reply_comes_before_the_next_line_is_sent() {
    let mut child = start();
    let mut stdin = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut reply_of = |output: &mut BufReader<ChildStdout>, parts: &[&str]| {
        for part in parts {
            stdin.write_all(part.as_bytes()).unwrap();
            stdin.flush().unwrap();
        }
        let mut reply = String::new();
        output.read_line(&mut reply).unwrap();
        reply
    };
    assert_eq!(reply_of(&mut output, &[SIGN, "\n"]).trim_end(), SIGNED);
    // In any number of pieces.
    let pieces: Vec<&str> = SIGN.split_inclusive('"').chain(["\n"]).collect();
    assert_eq!(reply_of(&mut output, &pieces).trim_end(), SIGNED);
    assert!(is_error(&reply_of(&mut output, &["\n"])));
    drop(stdin);
    assert_eq!(output.read_to_end(&mut Vec::new()).unwrap(), 0);
    assert!(child.wait().unwrap().success());
}

#[test]
fn half_a_line_at_the_end_is_a_line() {
    assert_eq!(replies(SIGN.into()), [SIGNED]);
    for end in 1..SIGN.len() {
        let replies = replies_of_half(&SIGN[..end]);
        assert!(replies.len() == 1 && is_error(&replies[0]), "{end}");
    }
    assert!(replies(Vec::new()).is_empty());
}

/// Through the function that the program calls, since a process for each would take its time; and three as processes.
fn replies_of_half(line: &str) -> Vec<String> {
    if line.len() % 20 == 1 {
        return replies(line.into());
    }
    vec![crate::vectors::oracle::answer(line.as_bytes()).to_string()]
}

#[test]
fn a_reader_that_has_gone_is_the_end_and_no_failure() {
    for kept in [0, 1, 1000] {
        let mut child = start();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut read = vec![0; kept];
        let teller = thread::spawn(move || {
            // More than any pipe holds. It breaks when the program has gone.
            let lines = format!("{SIGN}\n").repeat(50_000);
            let _told = stdin.write_all(lines.as_bytes());
        });
        stdout.read_exact(&mut read).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        teller.join().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{kept}: {output:?}");
    }
}

/// As Express answers them; `differ.mjs --optional` compares thousands of others with it.
#[test]
fn optional_operations_are_answered() {
    let ids = ["07".repeat(24), "08".repeat(24)];
    let request = json!({
        "op": "exchange", "options": { "secret": "k", "resave": false }, "store": {},
        "steps": [{
            "now": 0, "cookie": null, "encrypted": false, "path": "/", "random_hex": ids,
            "ops": [
                ["set", "a", "1"], ["save"], ["set", "a", "2"], ["reload"], ["cookie", "path", "/a"], ["advance", 5],
                ["cookie", "expires", 1005], ["put", "x", "{\"cookie\":{}}"], ["put", "x", null],
            ],
        }],
    });
    let replies = replies(format!("{request}\n").into_bytes());
    let id = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    let reply: Value = serde_json::from_str(&replies[0]).unwrap();
    let events = reply["ok"]["steps"][0]["events"].as_array().unwrap();
    assert_eq!(events[1], json!(["get", id, true]), "{reply}");
    // The path and the end are those that were set; the data is as it was saved, so nothing is stored again.
    let line = reply["ok"]["steps"][0]["set_cookie"].as_str().unwrap();
    assert!(line.ends_with("; Path=/a; Expires=Thu, 01 Jan 1970 00:00:01 GMT; HttpOnly"), "{reply}");
    let stored = r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"a":1}"#;
    assert_eq!(reply["ok"]["store"][id], stored, "{reply}");
    assert_eq!(reply["ok"]["store"].as_object().unwrap().len(), 1);
}

/// Decisions that a fuzzer has made, as lines.
#[test]
fn the_corpora_are_lines_too() {
    let mut input = Vec::new();
    let mut lines = 0;
    for target in ["oracle", "cookie_header", "record"] {
        for file in std::fs::read_dir(format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let line = std::fs::read(file.unwrap().path()).unwrap();
            lines += 1 + line.iter().filter(|byte| **byte == b'\n').count();
            input.extend_from_slice(&line);
            input.push(b'\n');
        }
    }
    let plainest = Case::any(&mut Bytes::new(&[])).into_header();
    input.extend_from_slice(&plainest);
    assert_eq!(replies(input).len(), lines + 1);
}
