//! express-session in Node, which has a turn in each round.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use measure::Case;
use paths::inputs::{ID, MAX_AGE, NAME, NOW, SECRET, Shape, express_value};
use paths::{Call, Who, ours::DOCUMENT};
use session_core::Key;

/// A running program of Node's: see `benches/node/bench.mjs`.
pub(crate) struct Node {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    /// Starts it and waits until its functions have run for a while.
    pub(crate) fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node");
        assert!(folder.join("node_modules").exists(), "first: cd benches/node && npm ci");
        let mut command = Command::new("node");
        let mut child = command
            .arg(folder.join("bench.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is to be found");
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut node = Self { child, input, output };
        node.ask(&inputs().to_string(), "ready");
        node
    }

    /// Has one round of all its functions run.
    pub(crate) fn round(&mut self) {
        self.ask("round", "done");
    }

    /// Ends it; what it has measured.
    pub(crate) fn finish(mut self) -> Vec<Case> {
        drop(self.input);
        let mut said = String::new();
        self.output.read_to_string(&mut said).expect("text");
        assert!(self.child.wait().expect("it has ended").success());
        let shortest: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&said).expect("JSON");
        let case = |(path, nanoseconds): (String, serde_json::Value)| {
            let mut case = Case::from(Call::new(path, Who::Node, || ()));
            case.nanoseconds = nanoseconds.as_f64().expect("a number");
            case
        };
        shortest.into_iter().map(case).collect()
    }

    fn ask(&mut self, line: &str, expected: &str) {
        writeln!(self.input, "{line}").expect("it listens");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("text");
        assert_eq!(answer.trim_end(), expected, "what node said");
    }
}

fn inputs() -> serde_json::Value {
    let key = Key::new(SECRET);
    let value = express_value(&key);
    let headers = Shape::ALL.map(|(path, shape)| {
        let found = !matches!(shape, Shape::Absent(_) | Shape::OursPercents);
        serde_json::json!({ "path": path, "header": shape.header(NAME, &value), "found": found })
    });
    serde_json::json!({
        "secret": SECRET, "name": NAME, "id": ID, "value": format!("{ID}.{}", key.sign(ID).as_str()), "headers": headers,
        "exchange": format!("{NAME}={value}"), "expires": NOW + MAX_AGE, "maxAge": MAX_AGE, "document": DOCUMENT,
    })
}
