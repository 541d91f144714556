//! Servers of one test: each on a port of the loopback interface that nobody else has, with files of its own.

use core::time::Duration;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use redis::{Client, Connection, cmd};

/// How long a server or a cluster may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A `redis-server` that ends with this value.
pub(crate) struct Server {
    child: Child,
    port: u16,
    folder: PathBuf,
    options: Vec<String>,
}

impl Server {
    /// One that keeps what it acknowledges, with these options besides.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_at(free_port(), options)
    }

    /// The same on this port.
    pub(crate) fn start_at(port: u16, options: &[&str]) -> Self {
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let folder = new_folder();
        let child = spawn(&folder, port, &options);
        let mut server = Self { child, port, folder, options };
        server.wait();
        server
    }

    /// The same again, with its files, after [`kill`](Self::kill).
    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.folder, self.port, &self.options);
        self.wait();
    }

    /// Ends it as a loss of power does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it was killed");
    }

    pub(crate) fn address(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The only one.
    pub(crate) fn addresses(&self) -> Vec<String> {
        vec![self.address()]
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// A connection beside that of the store.
    pub(crate) fn client(&self) -> Connection {
        Client::open(self.address()).and_then(|client| client.get_connection()).expect("it is up")
    }

    fn wait(&mut self) {
        let client = Client::open(self.address()).expect("an address");
        until("redis-server to come up", || {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                panic!("redis-server has ended: {status}");
            }
            let mut connection = client.get_connection().ok()?;
            let info: String = cmd("INFO").arg("server").query(&mut connection).ok()?;
            let ours = format!("process_id:{}\r", self.child.id());
            assert!(info.contains(&ours), "another redis took the port: run it again");
            cmd("PING").query::<String>(&mut connection).ok()
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

/// Three primaries without replicas.
pub(crate) struct Cluster {
    nodes: Vec<Server>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::of((0..3).map(|_| Server::start(&["--cluster-enabled", "yes"])).collect())
    }

    /// Of these servers.
    pub(crate) fn of(nodes: Vec<Server>) -> Self {
        Self::with_replicas(nodes, 0)
    }

    /// Of these servers, so many of which are replicas of each primary.
    pub(crate) fn with_replicas(nodes: Vec<Server>, replicas: u32) -> Self {
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]);
        create.args(nodes.iter().map(|node| format!("127.0.0.1:{}", node.port())));
        create.args(["--cluster-replicas", &replicas.to_string()]);
        let made = create.arg("--cluster-yes").output().expect("redis-cli: apt-get install redis-server");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let cluster = Self { nodes };
        cluster.wait();
        cluster
    }

    /// Until every node that is up says that all slots are served.
    pub(crate) fn wait(&self) {
        for node in &self.nodes {
            until("the cluster to come up", || {
                // One that was killed has nothing to say.
                let Ok(mut connection) = Client::open(node.address()).and_then(|client| client.get_connection()) else {
                    return Some(());
                };
                let info: String = cmd("CLUSTER").arg("INFO").query(&mut connection).ok()?;
                (info.contains("cluster_state:ok") && info.contains("cluster_size:3")).then_some(())
            });
        }
    }

    pub(crate) fn into_nodes(self) -> Vec<Server> {
        self.nodes
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        self.nodes.iter().map(Server::address).collect()
    }

    pub(crate) fn nodes(&mut self) -> &mut [Server] {
        &mut self.nodes
    }
}

fn spawn(folder: &Path, port: u16, options: &[String]) -> Child {
    let log = fs::File::create(folder.join("log")).expect("a folder of ours");
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder)
        .args(options)
        .stdin(Stdio::null())
        .stdout(log)
        .spawn()
        .expect("redis-server: apt-get install redis-server")
}

/// A port that is free now, and whose neighbour for the cluster's own talk is one too: 10,000 above it.
///
/// Both are below those that the system gives to connections, so that nothing takes them while a server is away.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = std::process::id().wrapping_mul(61).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(10_000 + next % 12_000).expect("it is below 22,000");
        let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if is_free(port) && is_free(port + 10_000) {
            return port;
        }
    }
}

fn new_folder() -> PathBuf {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("session-core-redis-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for temporary files");
    folder
}

pub(crate) fn until<R>(what: &str, mut ready: impl FnMut() -> Option<R>) -> R {
    let begin = std::time::Instant::now();
    loop {
        if let Some(result) = ready() {
            return result;
        }
        assert!(begin.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
