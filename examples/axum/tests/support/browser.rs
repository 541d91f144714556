//! A browser that keeps cookies, and asks a program without a network between them.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// What a program has said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Its Set-Cookie lines.
    pub(crate) fn set_cookie(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Its text, if all went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.text
    }
}

/// Keeps cookies by their names alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, routes: &Router, path: &str) -> Answer {
        self.send(routes, Request::get(path)).await
    }

    pub(crate) async fn post(&mut self, routes: &Router, path: &str) -> Answer {
        self.send(routes, Request::post(path)).await
    }

    pub(crate) async fn send(&mut self, routes: &Router, request: axum::http::request::Builder) -> Answer {
        let answer = self.ask(routes, request).await;
        self.keep(&answer);
        answer
    }

    /// The same with the cookies as they are, for several requests at a time.
    pub(crate) async fn ask(&self, routes: &Router, request: axum::http::request::Builder) -> Answer {
        let request = request.header(COOKIE, self.cookie()).body(Body::empty()).unwrap();
        let (head, body) = routes.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
        Answer { status: head.status, headers: head.headers, text }
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        for line in answer.set_cookie() {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// What stands in its `Cookie`.
    pub(crate) fn cookie(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }
}
