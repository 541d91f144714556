//! What stands in Redis beside the sessions, under keys that a store of sessions does not list or wipe.

use core::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, FromRedisValue};
use tokio::sync::OnceCell;

use crate::SiteError;

/// As long as a visitor waits for a page.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection that is made when it is first needed.
pub(crate) struct Aside {
    server: Server,
    connection: OnceCell<Connection>,
}

enum Server {
    One(Client),
    Cluster(Box<ClusterClient>),
}

#[derive(Clone)]
enum Connection {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Aside {
    /// One address is a server, several are nodes of a cluster.
    pub(crate) fn new(urls: &[&str]) -> Result<Self, SiteError> {
        let server = match urls {
            [url] => Server::One(Client::open(*url)?),
            nodes => {
                let builder = ClusterClientBuilder::new(nodes.iter().copied());
                let client = builder.connection_timeout(PATIENCE).response_timeout(PATIENCE).build()?;
                Server::Cluster(Box::new(client))
            }
        };
        Ok(Self { server, connection: OnceCell::new() })
    }

    /// What Redis answers to a command on one key.
    pub(crate) async fn ask<V: FromRedisValue>(&self, command: &Cmd) -> Result<V, SiteError> {
        Ok(match self.connection.get_or_try_init(|| self.connect()).await?.clone() {
            Connection::One(mut connection) => command.query_async(&mut connection).await?,
            Connection::Cluster(mut connection) => command.query_async(&mut connection).await?,
        })
    }

    async fn connect(&self) -> Result<Connection, SiteError> {
        Ok(match &self.server {
            Server::One(client) => {
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(1)
                    .set_connection_timeout(Some(PATIENCE))
                    .set_response_timeout(Some(PATIENCE));
                Connection::One(ConnectionManager::new_with_config(client.clone(), config).await?)
            }
            Server::Cluster(client) => Connection::Cluster(client.get_async_connection().await?),
        })
    }
}
