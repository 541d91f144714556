//! The rules on which a session relies, by the kit of session-core.

use core::time::Duration;

use serde::{Deserialize, Serialize};
use session_core::conformance::{Subject, check_async};
use session_core::{Answer, Loaded, SessionId, StoreKey, StoreOp, Timestamp};
use session_core_redis::{RedisStore, Revision, Settings, StoreError};

use crate::servers::{Cluster, Server};
use crate::users::connect_with;

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
