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
    assert_eq!(code(&["--help"]), 0);
}

#[test]
fn what_compares_nothing_is_refused() {
    let folder = std::env::temp_dir().join(format!("cookie-differ-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let empty = folder.to_str().unwrap();
    for (arguments, why) in [
        (&[][..], "no header"),
        (&["--stdin"], "no header"),
        (&["--corpus", empty], "no header"),
        (&["--corpus", "/no/such/folder"], "/no/such/folder"),
        (&["--generate", "attack", "-n", "0"], "no header"),
        (&["--only", "browser", "a=b"], "browser is no parser"),
        (&["--only", "cookie,browser", "--baseline", "reference", "a=b"], "browser is no parser"),
        (&["--only", "cookie", "--baseline", "cookie", "a=b"], "no parser is left"),
        (&["--adapter", "cookie=false", "a=b"], "the name cookie is taken"),
        (&["--adapter", "x=false", "--adapter", "x=true", "a=b"], "the name x is taken"),
        (&["--shipped", "--adapter", "http.cookies=true", "a=b"], "the name http.cookies is taken"),
    ] {
        let output = differ(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
    std::fs::remove_dir(folder).unwrap();
    let line = with_stdin(&["--json", "--stdin"], b"\n");
    assert_eq!(json(&line)["headers"], 1, "an empty line is an empty header");
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
fn an_adapter_is_asked() {
    let python = format!("http.cookies=python3 {}/adapters/http_cookies.py", env!("CARGO_MANIFEST_DIR"));
    let output = differ(&["--json", "--adapter", &python, "--only", "http.cookies", "a=\"1; sid=2; b=3\"", "a=1"]);
    assert_eq!(json(&output)["findings"][0]["class"], "merge");
    assert_eq!(json(&output)["findings"][1]["class"], "same");
    assert_eq!(output.status.code(), Some(13));
}

/// A program that does this instead of answering.
fn adapter(name: &str, python: &str) -> String {
    let file = std::env::temp_dir().join(format!("cookie-differ-{name}-{}.py", std::process::id()));
    std::fs::write(&file, format!("import sys\nout = sys.stdout.buffer\n{python}\n")).unwrap();
    format!("{name}=python3 {}", file.display())
}

#[test]
fn a_broken_adapter_is_called_what_it_is() {
    let each_line = |what: &str| format!("for line in sys.stdin:\n    {what}\n    out.flush()");
    let late =
        "for line in sys.stdin:\n    out.write(b'{\"ok\":[]}\\n')\n    out.flush()\nout.write(b'{\"ok\":[]}\\n')";
    for (broken, why) in [
        ("gone=false".to_owned(), "ended with status 1"),
        ("mute=true".to_owned(), "ended with status 0"),
        ("none=/no/such/program".to_owned(), "does not start"),
        ("babble=yes".to_owned(), ""),
        (adapter("dies", "sys.stdin.readline()\nsys.exit(7)"), "ended with status 7"),
        (adapter("killed", "import os\nsys.stdin.readline()\nos.kill(os.getpid(), 9)"), "ended: signal: 9"),
        (adapter("latin1", &each_line("out.write(b'{\"ok\":[[\"a\",\"\\xE9\"]]}\\n')")), "a reply that is not UTF-8"),
        (adapter("text", &each_line("out.write(b'hello\\n')")), "a reply that is no JSON"),
        (adapter("shape", &each_line("out.write(b'{\"ok\":1}\\n')")), "a reply that is no list of pairs"),
        (adapter("twice", &each_line("out.write(b'{\"ok\":[]}\\n' * 2)")), "more than one reply to a line"),
        (adapter("late", late), "more than one reply to a line"),
    ] {
        let name = broken.split('=').next().unwrap();
        for headers in [&["a=1"][..], &["a=1", "b=2", "c=3"]] {
            let output = differ(&[&["--adapter", &broken, "--only", name][..], headers].concat());
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{name}: {said}");
            assert!(said.contains(name) && said.contains(why), "{name}: {said}");
            assert!(output.stdout.is_empty(), "{name}");
        }
        let command = broken.split_once("=python3 ");
        command.into_iter().for_each(|(_, file)| std::fs::remove_file(file).unwrap());
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
