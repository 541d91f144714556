//! The demo program itself, as its own process, and a visitor of it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use super::{Redis, SECRET};

/// `axum-app` with an environment of its own, until this value ends.
pub(crate) struct Program {
    child: Child,
    address: String,
}

impl Program {
    pub(crate) fn start(redis: &Redis, environment: &[(&str, &str)]) -> Self {
        let mut command = command(environment);
        let mut child =
            command.env("REDIS_URLS", redis.address()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").and_then(|line| line.strip_suffix('/'));
        Self { child, address: address.unwrap().to_owned() }
    }

    /// What one says that cannot start.
    pub(crate) fn refuses(environment: &[(&str, &str)]) -> Output {
        command(environment).output().unwrap()
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn command(environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axum-app"));
    command.env_clear().env("SECRETS", SECRET).envs(environment.iter().copied());
    command
}

/// What the program has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Said {
    /// The values of a header, in their order.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(of, _)| *of == name).map(|(_, value)| value).collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Keeps cookies with their paths, and says where a form comes from.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    cookies: BTreeMap<(String, String), String>,
}

impl Visitor {
    pub(crate) fn get(&mut self, program: &Program, path: &str) -> Said {
        self.ask(program, "GET", path, &[], "")
    }

    pub(crate) fn post(&mut self, program: &Program, path: &str, form: &str) -> Said {
        self.ask(program, "POST", path, &[("sec-fetch-site", "same-origin")], form)
    }

    pub(crate) fn ask(
        &mut self,
        program: &Program,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: &str,
    ) -> Said {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", program.address);
        let cookies = self.cookies.iter().filter(|((_, of), _)| path.starts_with(of.as_str()));
        let cookies: Vec<_> = cookies.map(|((name, _), value)| format!("{name}={value}")).collect();
        let (cookie, length) = (cookies.join("; "), form.len().to_string());
        let ours = [("cookie", cookie.as_str()), ("content-length", &length)];
        let form_type = [("content-type", "application/x-www-form-urlencoded")];
        for (name, value) in headers.iter().chain(&ours).chain(form_type.iter().filter(|_| method == "POST")) {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("\r\n{form}");
        let mut stream = TcpStream::connect(&program.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let said = Said { status, head: head.to_owned(), body: body.to_owned() };
        self.keep(&said);
        said
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|((of, _), _)| of == name).map(|(_, value)| value.as_str())
    }

    fn keep(&mut self, said: &Said) {
        for line in said.header("set-cookie") {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let path = line.split("Path=").nth(1).unwrap().split(';').next().unwrap();
            let place = (name.to_owned(), path.to_owned());
            if line.contains("Max-Age=0") {
                self.cookies.remove(&place);
            } else {
                self.cookies.insert(place, value.to_owned());
            }
        }
    }
}
