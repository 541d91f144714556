//! As much of a browser as the tests need.

use core::cell::RefCell;
use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// It keeps cookies by their name, and a removed one is gone.
pub(crate) struct Browser {
    port: u16,
    pub(crate) cookies: RefCell<BTreeMap<String, String>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// In the order of the answer, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// With the lengths of its chunks, if it came in such.
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(port: u16) -> Self {
        Self { port, cookies: RefCell::default() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.send("POST", path, "").await
    }

    /// `headers`: lines that end in CRLF.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str) -> Answer {
        self.ask(method, path, headers, "").await
    }

    /// A form.
    pub(crate) async fn submit(&self, path: &str, headers: &str, form: &str) -> Answer {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        self.ask("POST", path, &headers, form).await
    }

    async fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = self.begin(method, path, headers, body).await;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.expect("an answer");
        let answer = Answer::read(&String::from_utf8(text).expect("text"));
        for line in answer.all("set-cookie") {
            let (name, rest) = line.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            let mut cookies = self.cookies.borrow_mut();
            match value {
                "" => cookies.remove(name),
                value => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    /// A request that has been sent, and whose answer has not been read.
    pub(crate) async fn begin(&self, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let cookies: Vec<_> = self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = match cookies.as_slice() {
            [] => String::new(),
            cookies => format!("Cookie: {}\r\n", cookies.join("; ")),
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("the app listens");
        let (port, length) = (self.port, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {length}\r\n\
             {headers}{cookies}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.expect("the app reads");
        stream
    }

    /// Another one with the same cookies.
    pub(crate) fn copy(&self) -> Self {
        Self { port: self.port, cookies: self.cookies.clone() }
    }
}

impl Answer {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole answer");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers = lines.map(|line| header(line).expect("a header")).collect();
        Self { status: status.expect("a status"), headers, body: body.to_owned() }
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}
