//! connect-redis 9 itself beside the store: the same commands, the same text, and each reads what the other wrote.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use redis::{Connection, cmd};
use serde_json::{Value, json};
use session_core::{Answer, Document, Loaded, NoView, Record, StoreKey, StoreOp, Timestamp};
use session_core_redis::{RedisStore, Revision};

use crate::servers::Server;
use crate::users::connect;

/// Whatever there is.
type Data = Document;

/// What the clock says.
const NOW: i64 = 1_800_000_000_000;

/// Documents as Express writes them.
const DOCUMENTS: [(&str, &str); 8] = [
    ("no end", r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"views":1}"#),
    (
        "ten minutes",
        r#"{"cookie":{"originalMaxAge":600000,"expires":"2027-01-15T08:10:00.000Z","httpOnly":true,"path":"/"},"a":[{"b":"é"}]}"#,
    ),
    (
        "a bit over ten minutes",
        r#"{"cookie":{"originalMaxAge":600001,"expires":"2027-01-15T08:10:00.001Z","httpOnly":true,"path":"/"}}"#,
    ),
    ("one ms", r#"{"cookie":{"originalMaxAge":1,"expires":"2027-01-15T08:00:00.001Z","httpOnly":true,"path":"/"}}"#),
    ("just now", r#"{"cookie":{"originalMaxAge":0,"expires":"2027-01-15T08:00:00.000Z","httpOnly":true,"path":"/"}}"#),
    (
        "long ago",
        r#"{"cookie":{"originalMaxAge":1000,"expires":"2020-01-01T00:00:00.000Z","httpOnly":true,"path":"/"}}"#,
    ),
    ("a number", r#"{"cookie":{"originalMaxAge":1000,"expires":1800000090500,"httpOnly":true,"path":"/"}}"#),
    (
        "of ours too",
        r#"{"cookie":{"originalMaxAge":900000,"expires":"2027-01-15T08:15:00.000Z","secure":true,"httpOnly":true,"path":"/","sameSite":"lax"},"user":"ada","sessionCore":{"v":1,"created":1799999999000,"end":1800028799000}}"#,
    ),
];

#[tokio::test]
async fn the_same_commands_are_sent() {
    let (server, mut peer, store) = all().await;
    let mut client = server.client();
    // All have said hello by then.
    peer.call("get", json!(["id"]));
    let mut monitor = Monitor::of(&server);
    let (key, now) = (key("id"), Timestamp::from_unix_ms(NOW).expect("a time"));
    for (what, text) in DOCUMENTS {
        let record = read(text);
        let put = || StoreOp::put(key, &record);
        peer.call("set", json!(["id", parse(text)]));
        let theirs = monitor.commands(&mut client);
        assert!(theirs.len() == 1, "{what}: {theirs:?}");
        store.apply(put(), now).await.expect("it is up");
        assert_eq!(monitor.commands(&mut client), theirs, "{what}: set");

        cmd("SET").arg("sess:id").arg("{}").exec(&mut client).expect("it is up");
        peer.call("touch", json!(["id", parse(text)]));
        let (theirs, there) = (monitor.commands(&mut client), exists(&mut client));
        cmd("SET").arg("sess:id").arg("{}").exec(&mut client).expect("it is up");
        store.apply(StoreOp::touch(key, record.cookie()), now).await.expect("it is up");
        let ours = monitor.commands(&mut client);
        assert_eq!(exists(&mut client), there, "{what}: touch");
        // An `EXPIRE` in the past is a `DEL`.
        if there {
            assert_eq!(ours, theirs, "{what}: touch");
        } else {
            assert_eq!(ours.last().map(String::as_str), Some(r#""DEL" "sess:id""#), "{what}: touch");
        }
        assert!(theirs.last().is_some_and(|command| command.starts_with(r#""EXPIRE""#)), "{what}: {theirs:?}");
    }
}

#[tokio::test]
async fn each_reads_what_the_other_wrote() {
    let (_server, mut peer, store) = all().await;
    let now = Timestamp::from_unix_ms(NOW).expect("a time");
    for (what, text) in DOCUMENTS {
        let record = read(text);
        let ttl = record.cookie().expiry().ttl_seconds(now, 86_400).unwrap_or_default();
        // What ends soon may be there or not when it is asked for.
        if (1..60).contains(&ttl) {
            continue;
        }
        peer.call("set", json!(["theirs", parse(text)]));
        let found = store.load(&key("theirs")).await.expect("it is up");
        assert_eq!(found.is_some(), ttl > 0, "{what}");
        if let Some(found) = &found {
            assert_eq!(found.record().to_json().expect("it was read"), text, "{what}");
            assert_eq!(&**found.revision(), text.as_bytes(), "{what}");
            let left = found.ttl_left().expect("it has an end").as_secs();
            assert!(left <= ttl && left + 60 > ttl, "{what}: {left} of {ttl}");
        }

        for op in [StoreOp::put(key("put"), &record), StoreOp::create(key("created"), &record)] {
            let id = op.key().as_str().to_owned();
            store.apply(op, now).await.expect("it is up");
            // What has ended is not put, and is created to end at once.
            let expected = if ttl > 0 { parse(text) } else { Value::Null };
            if ttl > 0 || id == "put" {
                assert_eq!(peer.call("get", json!([id])), expected, "{what}: {id}");
            }
            store.apply(StoreOp::destroy(key(&id)), now).await.expect("it is up");
        }
    }
}

#[tokio::test]
async fn a_touch_by_express_moves_the_end_and_leaves_the_text() {
    let (_server, mut peer, store) = all().await;
    let now = Timestamp::now();
    let text = |seconds: i64| {
        let expires = now.saturating_add(seconds * 1000).iso8601().to_string();
        json!({ "cookie": { "originalMaxAge": seconds * 1000, "expires": expires, "path": "/" }, "views": 1 })
    };
    peer.at(now);
    peer.call("set", json!(["id", text(1_000)]));
    let before = store.load(&key("id")).await.expect("it is up").expect("it was set");
    peer.call("touch", json!(["id", text(5_000)]));
    let after = store.load(&key("id")).await.expect("it is up").expect("it was touched");
    assert_eq!(after.revision(), before.revision());
    let seconds = |loaded: &Loaded<Data, Revision>| loaded.ttl_left().expect("it has an end").as_secs();
    // However slow the machine is: the one is below, and the other was above a minute ago.
    assert!(seconds(&before) <= 1_000 && seconds(&after) > 4_000, "{before:?} {after:?}");

    // What Express has loaded is of the same revision, so an update is done; and it sees that.
    let mut record = after.record().clone();
    record.data_mut().set("seen", &true).expect("a name that is free");
    let update = StoreOp::update(key("id"), &record, after.revision());
    assert!(matches!(store.apply(update, now).await.expect("it is up"), Answer::Done(_)));
    assert_eq!(peer.call("get", json!(["id"]))["seen"], json!(true));
    // Whatever Express writes is of another revision.
    peer.call("set", json!(["id", text(2_000)]));
    let update = StoreOp::update(key("id"), &record, after.revision());
    assert_eq!(store.apply(update, now).await.expect("it is up"), Answer::Conflict);

    peer.call("destroy", json!(["id"]));
    assert!(store.load(&key("id")).await.expect("it is up").is_none());
    store.apply(StoreOp::put(key("id"), &record), now).await.expect("it is up");
    store.apply(StoreOp::destroy(key("id")), now).await.expect("it is up");
    assert_eq!(peer.call("get", json!(["id"])), Value::Null);
}

/// Epochs and notes are no sessions, to connect-redis either.
#[tokio::test]
async fn clear_of_connect_redis_leaves_what_is_no_session() {
    let (_server, mut peer, store) = all().await;
    let ada = "ada".parse().expect("a name");
    store.end_all_of(&ada).await.expect("it is up");
    store.put_note("presence:x", "y", core::time::Duration::from_secs(600)).await.expect("it is up");
    let record = read(DOCUMENTS[0].1);
    store.apply(StoreOp::put(key("id"), &record), Timestamp::now()).await.expect("it is up");
    assert_eq!(peer.call("ids", json!([])), json!(["id"]));
    peer.call("clear", json!([]));
    assert!(store.load(&key("id")).await.expect("it is up").is_none());
    assert_eq!(store.epoch(&ada).await.expect("it is up"), 1);
    assert_eq!(store.note("presence:x").await.expect("it is up").as_deref(), Some("y"));
}

async fn all() -> (Server, Peer, RedisStore<Data>) {
    let server = Server::start(&[]);
    let peer = Peer::of(&server);
    let store = connect::<NoView>(&server.addresses()).await;
    (server, peer, store)
}

fn key(text: &str) -> StoreKey {
    text.parse().expect("a key")
}

fn read(text: &str) -> Record<Data> {
    Record::<Data>::from_json(text).expect("a session")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("json")
}

fn exists(client: &mut Connection) -> bool {
    cmd("EXISTS").arg("sess:id").query(client).expect("it is up")
}

/// A program in Node with connect-redis.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    now: i64,
}

impl Peer {
    fn of(server: &Server) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer");
        assert!(folder.join("node_modules").exists(), "run npm ci in {}", folder.display());
        let mut node = Command::new("node");
        node.arg("peer.mjs").arg(server.address()).current_dir(folder);
        let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node");
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, input, output, now: NOW }
    }

    /// Sets its clock.
    fn at(&mut self, now: Timestamp) {
        self.now = now.as_unix_ms();
    }

    fn call(&mut self, call: &str, arguments: Value) -> Value {
        let line = json!({ "now": self.now, "call": call, "arguments": arguments });
        writeln!(self.input, "{line}").expect("it listens");
        parse(&self.output.next().expect("it answers").expect("text"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// What commands a server gets.
struct Monitor {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Monitor {
    fn of(server: &Server) -> Self {
        let mut cli = Command::new("redis-cli");
        cli.args(["-p", &server.port().to_string(), "MONITOR"]).stdin(Stdio::null());
        let mut child = cli.stdout(Stdio::piped()).spawn().expect("redis-cli");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        assert_eq!(output.next().expect("it answers").expect("text"), "OK");
        Self { child, output }
    }

    /// Those that have come since the last time, but for what this test asks itself.
    fn commands(&mut self, client: &mut Connection) -> Vec<String> {
        cmd("ECHO").arg("here").exec(client).expect("it is up");
        let mut commands = Vec::new();
        loop {
            let line = self.output.next().expect("it goes on").expect("text");
            let command = line.split_once("] ").expect("a time, an address and a command").1;
            if command == r#""ECHO" "here""# {
                return commands;
            }
            if !command.starts_with(r#""EXISTS""#) && command != r#""SET" "sess:id" "{}""# {
                commands.push(command.to_owned());
            }
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
