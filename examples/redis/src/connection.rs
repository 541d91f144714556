//! The connection to a server or a cluster: one command at a time, and what became of it.

use core::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::{ClusterClient, ClusterConfig};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::io::tcp::TcpSettings;
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{
    Client, Cmd, ConnectionInfo, ErrorKind, IntoConnectionInfo, ProtocolVersion, RedisError, ServerErrorKind, Value,
};

use crate::error::{Failure, StoreError, StoreErrorKind};
use crate::script::Call;

/// How often a command is sent again which a node of a cluster has sent elsewhere, and after how many ms.
const REDIRECTED: [u64; 5] = [0, 10, 50, 100, 200];

/// After how long without any sign of life a connection is given up.
const VANISHED: Duration = Duration::from_secs(5);

/// A clone is another handle to the same connection.
#[derive(Clone)]
pub(crate) enum Connection {
    Server(ConnectionManager),
    Cluster(ClusterConnection),
}

/// A server that holds keys.
pub(crate) enum Node {
    Server,
    OfCluster { host: String, port: u16 },
}

impl Node {
    fn of(address: &str) -> Option<Self> {
        let (host, port) = address.rsplit_once(':')?;
        Some(Self::OfCluster { host: host.to_owned(), port: port.parse().ok()? })
    }
}

impl Connection {
    /// Of one address to a server, of several to a cluster. It does not wait until they are there.
    pub(crate) fn open(addresses: &[&str], connecting: Duration, response: Duration) -> Result<Self, StoreError> {
        Self::try_open(addresses, connecting, response).map_err(|_| StoreError::new(StoreErrorKind::Address))
    }

    fn try_open(addresses: &[&str], connecting: Duration, response: Duration) -> Result<Self, RedisError> {
        if let [address] = addresses {
            // A try fails at once, and the next command makes the next one: nobody waits for a server that is away.
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(connecting))
                .set_response_timeout(Some(response))
                .set_number_of_retries(0);
            return ConnectionManager::new_lazy_with_config(Client::open(info(address)?)?, config).map(Self::Server);
        }
        let nodes = addresses.iter().map(|address| info(address)).collect::<Result<Vec<_>, _>>()?;
        // Its own retries would send a write again after the connection broke. Of the timeouts, the builder's are for all that
        // a command waits for, and those of the configuration for each node.
        let client = ClusterClient::builder(nodes).retries(0).response_timeout(response).tcp_settings(tcp()).build()?;
        let config = ClusterConfig::new().set_connection_timeout(connecting).set_response_timeout(response);
        Ok(Self::Cluster(client.get_pending_async_connection_with_config(config)))
    }

    /// Sends a command that may be executed twice.
    pub(crate) async fn ask(&self, command: &Cmd) -> Result<Value, Failure> {
        self.send_twice(command).await.map_err(|error| self.failure(&error))
    }

    /// Sends a command, and again only if it was certainly not executed.
    pub(crate) async fn tell(&self, command: &Cmd) -> Result<Value, Failure> {
        self.send(command).await.map_err(|error| self.failure(&error))
    }

    /// Runs a script that may run twice.
    pub(crate) async fn ask_script(&self, call: &Call<'_>) -> Result<Value, Failure> {
        match self.send_twice(&call.by_hash()).await {
            Err(error) if is_unknown_script(&error) => self.ask(&call.by_text()).await,
            result => result.map_err(|error| self.failure(&error)),
        }
    }

    /// Runs a script, and again only if it has certainly not run.
    pub(crate) async fn tell_script(&self, call: &Call<'_>) -> Result<Value, Failure> {
        match self.send(&call.by_hash()).await {
            Err(error) if is_unknown_script(&error) => self.tell(&call.by_text()).await,
            result => result.map_err(|error| self.failure(&error)),
        }
    }

    /// The servers that hold all keys between them.
    pub(crate) async fn primaries(&self) -> Result<Vec<Node>, Failure> {
        let Self::Cluster(cluster) = self else { return Ok(vec![Node::Server]) };
        // Whoever answers is one that the client knows; one that it does not reach may be missing without a word.
        let everywhere = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
        let answer = cluster.clone().route_command(redis::cmd("PING"), everywhere).await;
        let answers: Vec<(String, Value)> = answer
            .and_then(|value| redis::from_redis_value(value).map_err(Into::into))
            .map_err(|error| self.failure(&error))?;
        let nodes: Vec<_> = answers.iter().filter_map(|(address, _)| Node::of(address)).collect();
        let info = self.ask(redis::cmd("CLUSTER").arg("INFO")).await?;
        let size = redis::from_redis_value::<String>(info).ok().and_then(|info| size_of(&info));
        if size != Some(nodes.len()) {
            return Err(Failure::before(StoreErrorKind::ClusterDown));
        }
        Ok(nodes)
    }

    /// Sends a command that reads to one of these.
    pub(crate) async fn ask_node(&self, node: &Node, command: &Cmd) -> Result<Value, Failure> {
        match (self, node) {
            (Self::Cluster(cluster), Node::OfCluster { host, port }) => {
                let node = SingleNodeRoutingInfo::ByAddress { host: host.clone(), port: *port };
                let answer = cluster.clone().route_command(command.clone(), RoutingInfo::SingleNode(node)).await;
                answer.and_then(Value::extract_error).map_err(|error| self.failure(&error))
            }
            _ => self.ask(command).await,
        }
    }

    async fn send_twice(&self, command: &Cmd) -> Result<Value, RedisError> {
        match self.send(command).await {
            // The connection is made anew by then.
            Err(error) if is_lost(&error) => self.send(command).await,
            result => result,
        }
    }

    async fn send(&self, command: &Cmd) -> Result<Value, RedisError> {
        match self {
            Self::Server(manager) => match command.query_async(&mut manager.clone()).await {
                // It may be what an earlier try has found, before the server came back.
                Err(error) if error.is_connection_refusal() => command.query_async(&mut manager.clone()).await,
                result => result,
            },
            Self::Cluster(cluster) => send_to_cluster(cluster, command).await,
        }
    }

    fn failure(&self, error: &RedisError) -> Failure {
        match self {
            Self::Server(_) => Failure::of_server(error),
            Self::Cluster(_) => Failure::of_cluster(error),
        }
    }
}

/// Sends a command to the node that has its key, and follows where that sends it.
async fn send_to_cluster(cluster: &ClusterConnection, command: &Cmd) -> Result<Value, RedisError> {
    let mut cluster = cluster.clone();
    let mut result = command.query_async(&mut cluster).await;
    for pause in REDIRECTED {
        let Err(error) = &result else { break };
        match error.kind() {
            // The client looks for the nodes anew before it sends the next command.
            ErrorKind::Server(
                ServerErrorKind::Moved
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::ReadOnly,
            ) => {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                result = command.query_async(&mut cluster).await;
            }
            ErrorKind::Server(ServerErrorKind::Ask) => result = send_asking(&mut cluster, command, error).await,
            _ => break,
        }
    }
    result
}

/// Sends a command to the node that a slot is being moved to, for a key that is there already or new.
async fn send_asking(cluster: &mut ClusterConnection, command: &Cmd, error: &RedisError) -> Result<Value, RedisError> {
    let Some((host, port)) = error.redirect_node().and_then(|(node, _)| node.rsplit_once(':')) else {
        return Err(error.clone());
    };
    let Ok(port) = port.parse() else { return Err(error.clone()) };
    let node = SingleNodeRoutingInfo::ByAddress { host: host.to_owned(), port };
    let mut both = redis::pipe();
    both.cmd("ASKING").ignore().add_command(command.clone());
    let answers = cluster.route_pipeline(both, 0, 2, node).await?;
    answers.into_iter().nth(1).unwrap_or(Value::Nil).extract_error()
}

/// How many primaries hold the keys of a cluster, by what it says of itself.
fn size_of(info: &str) -> Option<usize> {
    info.lines().find_map(|line| line.strip_prefix("cluster_size:"))?.trim().parse().ok()
}

fn is_unknown_script(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

/// Whether the connection broke, or there was none, and a new one is being made.
fn is_lost(error: &RedisError) -> bool {
    error.kind() == ErrorKind::ClusterConnectionNotFound || error.is_io_error() && !error.is_timeout()
}

/// With RESP3 the client hears at once that a connection broke, and not with the next command.
fn info(address: &str) -> Result<ConnectionInfo, RedisError> {
    let info = address.into_connection_info()?;
    let redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Ok(info.set_redis_settings(redis).set_tcp_settings(tcp()))
}

/// A server that has vanished without a word (its machine lost power, say) breaks no connection by itself, and the system
/// would go on to send to it for a quarter of an hour.
fn tcp() -> TcpSettings {
    let keepalive = TcpKeepalive::new().with_time(VANISHED).with_interval(VANISHED);
    let settings = TcpSettings::default().set_nodelay(true).set_keepalive(keepalive);
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(VANISHED);
    settings
}
