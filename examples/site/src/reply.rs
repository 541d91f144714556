//! What a program is to answer, in no framework's words.

use serde::Serialize;

/// An answer: the program gives it to its framework.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the visitor gets no answer unless the program sends it"]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, each once, with names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// A page, which may do nothing but look nice, and send its forms here.
    pub(crate) fn page(status: u16, html: String) -> Self {
        let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
        let headers = [("content-type", "text/html; charset=utf-8"), ("content-security-policy", policy)];
        Self { status, headers: headers.map(|(name, value)| (name, value.to_owned())).into(), body: html }
    }

    /// JSON, for programs.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        // Strings and numbers are always JSON.
        let body = serde_json::to_string(value).unwrap_or_default();
        Self { status, headers: [("content-type", "application/json".to_owned())].into(), body }
    }

    /// Go on with another page of ours.
    pub(crate) fn see_other(path: &str) -> Self {
        Self { status: 303, headers: [("location", path.to_owned())].into(), body: String::new() }
    }

    /// The same reply with another header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
