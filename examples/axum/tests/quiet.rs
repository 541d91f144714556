//! What is secret stays out of logs.

use std::cell::RefCell;
use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::support::{Browser, Preset, Redis, SECRET, layer, routes};

thread_local! {
    /// What was logged by this thread, which is all that one test does.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_ids_nor_data_are_logged() {
    // For the whole process: where one thread alone listens, tracing may take it that nobody does.
    let all = EnvFilter::default().add_directive(LevelFilter::TRACE.into());
    tracing_subscriber::fmt().with_env_filter(all).with_writer(|| Log).init();

    let mut redis = Redis::start();
    let layer = layer(Preset::Recommended, &redis).await;
    let routes = routes(layer.clone());
    let mut seen = vec![SECRET.to_owned(), "lovelace".to_owned()];
    let mut ada = Browser::default();
    for path in ["/count", "/login/lovelace", "/login/lovelace"] {
        ada.post(&routes, path).await.ok();
        // `s%3A`, the id, a dot and the signature.
        let (id, signature) = ada.cookies["connect.sid"].split_once('.').unwrap();
        seen.extend([id.trim_start_matches("s%3A").to_owned(), signature.chars().take(8).collect()]);
    }
    let mut forged = Browser::default();
    forged.cookies.insert("connect.sid".to_owned(), "s%3Aforged.forged".to_owned());
    forged.get(&routes, "/").await.ok();
    let before = ada.clone();
    ada.post(&routes, "/logout").await.ok();
    before.clone().post(&routes, "/count").await;
    redis.kill();
    before.clone().get(&routes, "/look").await;
    redis.restart();

    let mut text = String::from_utf8(LOGGED.take()).unwrap();
    for said in
        ["session opened", "no key fits the signature", "something was put into the new session", "redis cannot"]
    {
        assert!(text.contains(said), "{said:?} is not in {text}");
    }
    text += &format!("{layer:?} {routes:?}");
    for secret in &seen {
        assert!(!text.contains(secret), "{text}");
    }
}
