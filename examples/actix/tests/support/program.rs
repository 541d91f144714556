//! The program `actix-app`, as its users run it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::Browser;
use super::servers::Server;

/// It ends with this value.
pub(crate) struct Program {
    child: Child,
    port: u16,
}

impl Program {
    pub(crate) fn start(redis: &Server, preset: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_actix-app"))
            .env_clear()
            .env("REDIS_URLS", redis.address())
            .env("SECRETS", "keyboard cat keyboard cat keyboard cat")
            .env("PRESET", preset)
            .env("PRESENCE_ORIGINS", "http://friend.example")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("cargo has built it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("it says where it listens");
        let port = line.trim_end().strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix('/'));
        Self { child, port: port.and_then(|port| port.parse().ok()).expect("a port") }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.port)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
