//! The rules on which a session relies, by the kit of session-core.

use core::time::Duration;

use redis::cmd;
use serde::{Deserialize, Serialize};
use session_core::conformance::{Subject, check_async};
use session_core::{Answer, Key, Loaded, NoView, SessionId, StoreKey, StoreOp, Timestamp};
use session_core_redis::{RedisStore, Revision, Settings, StoreError, StoreErrorKind};

use crate::servers::{Cluster, Server};
use crate::users::{connect, connect_with};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Visits {
    views: u32,
}

#[tokio::test]
async fn a_single_server_conforms() {
    conforms(&Server::start(&[]).addresses()).await;
}

#[tokio::test]
async fn a_cluster_conforms() {
    conforms(&Cluster::start().addresses()).await;
}

/// What the README lets a user of Redis do is enough, and all that the store needs.
#[tokio::test]
async fn a_user_of_few_rights_conforms() {
    let line = include_str!("../README.md").lines().find(|line| line.starts_with("ACL SETUSER sessions"));
    let rights: Vec<_> = line.expect("the README says it").split_whitespace().skip(3).collect();
    let server = Server::start(&[]);
    cmd("ACL").arg("SETUSER").arg("sessions").arg(rights).exec(&mut server.client()).expect("it is up");
    let address = format!("redis://sessions:password@127.0.0.1:{}/", server.port());
    conforms(core::slice::from_ref(&address)).await;

    let store = connect::<NoView>(&[address]).await;
    let handles = Key::derive([1; 32], Key::HANDLES, "test").expect("long enough");
    let ada = "ada".parse().expect("a name");
    store.end_all_of(&ada).await.expect("it may");
    assert_eq!(store.epoch(&ada).await, Ok(1));
    store.put_note("presence:a", "b", Duration::from_secs(60)).await.expect("it may");
    store.keep_note("presence:a", Duration::from_secs(60)).await.expect("it may");
    assert_eq!(store.note("presence:a").await, Ok(Some("b".to_owned())));
    store.remove_note("presence:a").await.expect("it may");
    assert!(store.list(&handles).await.expect("it may").is_empty());
    let error = store.put_note("other:a", "b", Duration::from_secs(60)).await.expect_err("it may not");
    assert_eq!(error.kind(), StoreErrorKind::NotPermitted);
}

/// With data of one type: a `Document` also remembers the order of names, by which a written one differs from a loaded one.
async fn conforms(addresses: &[String]) {
    let run = "run".parse::<SessionId>().expect("an id");
    let settings = Settings::of_one_program().with_response_timeout(Duration::from_secs(30));
    let mut client = Client(connect_with(addresses, settings).await);
    let report = check_async(&mut client, &[1, 2, 3].map(|views| Visits { views }), &run).await;
    assert!(report.result().is_ok(), "{report}");
}

struct Client(RedisStore<Visits>);

impl Subject<Visits> for Client {
    type Revision = Revision;
    type Error = StoreError;

    async fn load(&mut self, key: &StoreKey, _now: Timestamp) -> Result<Option<Loaded<Visits, Revision>>, StoreError> {
        self.0.load(key).await
    }

    async fn apply(
        &mut self,
        op: StoreOp<'_, Visits, Revision>,
        now: Timestamp,
    ) -> Result<Answer<Revision>, StoreError> {
        self.0.apply(op, now).await
    }

    async fn wait(&mut self, ms: u32) -> Timestamp {
        if ms > 0 {
            // Redis counts connect-redis's ends in whole seconds, rounded up.
            tokio::time::sleep(Duration::from_millis(u64::from(ms) + 1_100)).await;
        }
        Timestamp::now()
    }
}
