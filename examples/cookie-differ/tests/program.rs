//! The program as it is called.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn differ(arguments: &[&str]) -> Output {
    with_stdin(arguments, b"")
}

fn with_stdin(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cookie-differ"));
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may have ended before it was told everything.
    let _told = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn headers_come_from_arguments_stdin_folders_and_seeds() {
    let count = |output: &Output| json(output)["headers"].as_u64().unwrap();
    assert_eq!(count(&differ(&["--json", "a=1", "b=2"])), 2);
    assert_eq!(count(&with_stdin(&["--json", "--stdin"], b"a=1\r\nb=\xFF\nc=3\n")), 3);
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/cookie_header");
    assert_eq!(
        count(&differ(&["--json", "--corpus", corpus])),
        u64::try_from(std::fs::read_dir(corpus).unwrap().count()).unwrap(),
    );
    let generated = ["--json", "--answers", "--generate", "attack", "--seed", "7", "-n", "50"];
    let (one, other) = (differ(&generated), differ(&generated));
    assert_eq!(count(&one), 50);
    assert_eq!(one.stdout, other.stdout);
    let next = differ(&["--json", "--answers", "--generate", "attack", "--seed", "8", "-n", "49"]);
    assert_eq!(json(&next)["answers"][0], json(&one)["answers"][1]);
}

#[test]
fn the_exit_status_says_how_bad_it_is() {
    let code = |arguments: &[&str]| differ(arguments).status.code().unwrap();
    assert_eq!(code(&["a=1; b=2"]), 0);
    assert_eq!(code(&["--only", "cookie", "a=1; b"]), 11);
    assert_eq!(code(&["--only", "biscotti", "a=1; b"]), 12);
    assert_eq!(code(&["--only", "cookie", "a=1; a=2"]), 13);
    assert_eq!(code(&["--only", "cookie", "%61=1"]), 14);
    assert_eq!(code(&["--only", "session-core,reference", "%61=1; a=1; a=2"]), 0);
    assert_eq!(code(&["--only", "nobody", "a=1"]), 2);
    assert_eq!(code(&["--frobnicate"]), 2);
    assert_eq!(code(&[]), 3);
    assert_eq!(code(&["--help"]), 0);
}

#[test]
fn ours_is_the_reference_on_every_strength() {
    for strength in ["well-formed", "near-miss", "attack"] {
        let arguments = ["--baseline", "reference", "--only", "session-core", "--generate", strength, "-n", "5000"];
        let output = differ(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn well_formed_headers_are_read_alike_by_who_decodes_no_names() {
    let output = differ(&["--json", "--generate", "well-formed", "-n", "2000"]);
    for finding in json(&output)["findings"].as_array().unwrap() {
        let decodes_names = ["cookie", "biscotti"].contains(&finding["parser"].as_str().unwrap());
        assert!(finding["class"] == "same" || decodes_names, "{finding}");
    }
}

#[test]
fn an_adapter_is_asked_and_its_end_is_noticed() {
    let python = format!("http.cookies=python3 {}/adapters/http_cookies.py", env!("CARGO_MANIFEST_DIR"));
    let output = differ(&["--json", "--adapter", &python, "--only", "http.cookies", "a=\"1; sid=2; b=3\"", "a=1"]);
    assert_eq!(json(&output)["findings"][0]["class"], "merge");
    assert_eq!(json(&output)["findings"][1]["class"], "same");
    assert_eq!(output.status.code(), Some(13));

    for broken in ["gone=false", "mute=true", "none=/no/such/program", "babble=yes"] {
        let name = broken.split('=').next().unwrap();
        let output = differ(&["--adapter", broken, "--only", name, "a=1"]);
        assert_eq!(output.status.code(), Some(3), "{broken}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(name), "{broken}");
    }
}

#[test]
fn bytes_that_are_no_text_go_through() {
    let python = format!("http.cookies=python3 {}/adapters/http_cookies.py", env!("CARGO_MANIFEST_DIR"));
    let output = with_stdin(&["--json", "--answers", "--stdin", "--adapter", &python], b"a=\xE9");
    let answers = &json(&output)["answers"][0];
    assert_eq!(answers["header"]["hex"], "613de9");
    assert_eq!(answers["answers"]["session-core"][0][1]["hex"], "e9");
    assert_eq!(answers["answers"]["cookie"]["refused"], "not UTF-8");
}
