//! A Redis of one test's own, on a port that nobody else has.

use core::time::Duration;
use std::fs;
use std::hash::{BuildHasher, RandomState};
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
        loop {
            let (folder, port) = (new_folder(), free_port());
            let mut redis = Self { child: spawn(&folder, port), port, folder };
            if redis.comes_up() {
                return redis;
            }
        }
    }

    /// Ends it as a loss of power does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The same again, with its files, after [`kill`](Self::kill).
    pub(crate) fn restart(&mut self) {
        let begin = Instant::now();
        loop {
            self.child = spawn(&self.folder, self.port);
            if self.comes_up() {
                return;
            }
            // For a moment its port is somebody else's.
            assert!(begin.elapsed() < PATIENCE, "redis-server does not come up again");
        }
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

    /// Waits until it has read its file; `false`: it has ended, since its port was taken.
    fn comes_up(&mut self) -> bool {
        let begin = Instant::now();
        let ours = format!("process_id:{}\r", self.child.id());
        while self.child.try_wait().unwrap().is_none() {
            let info = self.client().and_then(|mut client| cmd("INFO").query::<String>(&mut client));
            if info.is_ok_and(|info| info.contains(&ours) && info.contains("\nloading:0\r")) {
                return true;
            }
            assert!(begin.elapsed() < PATIENCE, "redis-server does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

/// One that is free now, and that no connection is given by the system later: those begin at 32768.
fn free_port() -> u16 {
    let random = |attempt: u32| RandomState::new().hash_one(attempt);
    let ports = (0..).map(|attempt| u16::try_from(15_000 + random(attempt) % 15_000).unwrap());
    ports.into_iter().find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

fn new_folder() -> PathBuf {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("session-core-axum-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
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
