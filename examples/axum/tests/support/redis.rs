//! A Redis of one test's own, on a port that nobody else has.

use core::time::Duration;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use ::redis::{Client, Connection, FromRedisValue, cmd};

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A `redis-server` that ends with this value. It keeps what it has acknowledged.
pub(crate) struct Redis {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Redis {
    pub(crate) fn start() -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("session-core-axum-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().port();
        let mut redis = Self { child: spawn(&folder, port), port, folder };
        redis.wait();
        redis
    }

    /// Ends it as a loss of power does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The same again, with its files, after [`kill`](Self::kill).
    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.folder, self.port);
        self.wait();
    }

    /// Lets it hang, or go on.
    pub(crate) fn hang(&self, hangs: bool) {
        let signal = if hangs { "-STOP" } else { "-CONT" };
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    pub(crate) fn address(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// What it says to a command, beside the store.
    pub(crate) fn says<V: FromRedisValue>(&self, words: &[&str]) -> V {
        let mut command = cmd(words[0]);
        command.arg(&words[1..]).query(&mut self.client().unwrap()).unwrap()
    }

    /// The documents of all sessions that are no marks.
    pub(crate) fn sessions(&self) -> Vec<serde_json::Value> {
        let keys: Vec<String> = self.says(&["KEYS", "sess:*"]);
        let documents = keys.iter().map(|key| serde_json::from_str(&self.says::<String>(&["GET", key])).unwrap());
        documents.filter(|document: &serde_json::Value| document["sessionCore"]["moved"] != true).collect()
    }

    /// The one session that there is: its name in Redis, and its document.
    pub(crate) fn session(&self) -> (String, serde_json::Value) {
        let keys: Vec<String> = self.says(&["KEYS", "sess:*"]);
        assert_eq!(keys.len(), 1, "one session");
        let document = serde_json::from_str(&self.says::<String>(&["GET", &keys[0]])).unwrap();
        (keys[0].clone(), document)
    }

    fn client(&self) -> ::redis::RedisResult<Connection> {
        Client::open(self.address())?.get_connection()
    }

    fn wait(&mut self) {
        let begin = Instant::now();
        loop {
            assert!(self.child.try_wait().unwrap().is_none(), "redis-server has ended: is its port taken?");
            let pong = self.client().and_then(|mut client| cmd("PING").query::<String>(&mut client));
            if pong.is_ok() {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "redis-server does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

fn spawn(folder: &PathBuf, port: u16) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("redis-server (apt-get install redis-server): {error}"))
}
