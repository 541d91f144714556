//! Forms of other sites are refused (CSRF).

/// Whether a request may do what it asks for: it only reads, or a page of ours has sent it.
///
/// `header` gives the value of a header by its name in lower case. Scripts can set neither of these:
///
/// | method | `Sec-Fetch-Site` | `Origin` | may pass |
/// |---|---|---|---|
/// | `GET`, `HEAD`, `OPTIONS`, `TRACE` | | | yes |
/// | another | `same-origin`, or `none`: the user's own doing | | yes |
/// | another | anything else | | no |
/// | another | none, as of older browsers | names the host and port of `Host` | yes |
/// | another | none | anything else, or none | no |
///
/// `SameSite=Lax` is not enough: to a browser another port and every sibling host are the same *site*, and their forms
/// bring our cookie along. A form that logs a visitor in needs no cookie at all. The scheme is not compared: behind a proxy
/// the server does not know its own.
#[must_use]
pub fn is_our_own<'h>(method: &str, header: impl Fn(&'static str) -> Option<&'h [u8]>) -> bool {
    if matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE") {
        return true;
    }
    if let Some(site) = header("sec-fetch-site") {
        return matches!(site, b"same-origin" | b"none");
    }
    let origin = header("origin").and_then(|origin| core::str::from_utf8(origin).ok());
    let authority = origin.and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority.as_bytes());
    authority.is_some() && authority == header("host")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(method: &str, headers: &[(&str, &'static str)]) -> bool {
        is_our_own(method, |name| headers.iter().find(|(of, _)| *of == name).map(|(_, value)| value.as_bytes()))
    }

    #[test]
    fn each_row_of_the_table() {
        let host = ("host", "127.0.0.1:3000");
        assert!(passes("GET", &[host, ("sec-fetch-site", "cross-site"), ("origin", "https://other.example")]));
        for (site, passed) in [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)] {
            assert_eq!(passes("POST", &[host, ("sec-fetch-site", site), ("origin", "http://127.0.0.1:3000")]), passed);
        }
        for (origin, passed) in [
            ("http://127.0.0.1:3000", true),
            ("https://127.0.0.1:3000", true),
            ("http://127.0.0.1:3001", false),
            ("http://127.0.0.1", false),
            ("127.0.0.1:3000", false),
            ("null", false),
        ] {
            assert_eq!(passes("POST", &[host, ("origin", origin)]), passed, "{origin}");
        }
        assert!(!passes("POST", &[host]));
        assert!(!passes("POST", &[]), "nothing is not the same as nothing");
        assert!(!passes("post", &[host]), "methods have their case");
    }
}
