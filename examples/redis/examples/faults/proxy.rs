//! Connections that break: between a store and its servers, at the command that is asked for.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// When a connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before the command has reached the server.
    Before,
    /// After the server has answered, and before the answer has come back.
    After,
}

impl Cut {
    pub(crate) const ALL: [Self; 2] = [Self::Before, Self::After];
}

/// Proxies, each on a port of the loopback interface, which count commands together.
#[derive(Default)]
pub(crate) struct Proxies {
    ports: Vec<u16>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// At which of the next commands, 0 for the very next, the connection breaks.
    cuts: Mutex<Vec<(usize, Cut)>>,
    /// Whether answers wait.
    holding: watch::Sender<bool>,
}

impl Proxies {
    /// One more, before a server on this port; its own.
    pub(crate) async fn before(&mut self, server: u16) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it listens").port();
        let state = Arc::clone(&self.state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, Arc::clone(&state)));
            }
        });
        self.ports.push(port);
        port
    }

    /// Breaks the connection at these of the next commands, and says how many cuts from before were not made.
    pub(crate) fn cut(&self, cuts: &[(usize, Cut)]) -> usize {
        std::mem::replace(&mut *self.state.cuts(), cuts.to_vec()).len()
    }

    /// Keeps answers back, or lets them go.
    pub(crate) fn hold(&self, hold: bool) {
        self.state.holding.send_replace(hold);
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        self.ports.iter().map(|port| format!("redis://127.0.0.1:{port}/")).collect()
    }
}

impl State {
    fn cuts(&self) -> std::sync::MutexGuard<'_, Vec<(usize, Cut)>> {
        self.cuts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a command: whether the connection breaks at it.
    fn next(&self) -> Option<Cut> {
        let mut cuts = self.cuts();
        let now = cuts.iter().position(|(left, _)| *left == 0).map(|place| cuts.remove(place).1);
        for (left, _) in cuts.iter_mut() {
            *left = left.saturating_sub(1);
        }
        now
    }
}

/// Carries bytes to and fro, until one side or a cut ends it. What is read at once is taken for a command: whoever counts
/// them sends one after another.
async fn carry(mut client: TcpStream, server: u16, state: Arc<State>) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let (_nodelay, _nodelay_too) = (client.set_nodelay(true), server.set_nodelay(true));
    let mut holding = state.holding.subscribe();
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut cut = None;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let command = read.ok().and_then(|length| asked.get(..length)).unwrap_or_default();
                // What is said while a connection is made is no command.
                if !is_greeting(command) {
                    cut = state.next();
                }
                if command.is_empty() || cut == Some(Cut::Before) || server.write_all(command).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let answer = read.ok().and_then(|length| answered.get(..length)).unwrap_or_default();
                let free = holding.wait_for(|holding| !holding).await.is_ok();
                if cut == Some(Cut::After) || answer.is_empty() || !free || client.write_all(answer).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// What a client says on its own account.
fn is_greeting(command: &[u8]) -> bool {
    let greetings: [&[u8]; 4] = [b"\r\nHELLO\r\n", b"\r\nCLIENT\r\n", b"\r\nPING\r\n", b"\r\nCLUSTER\r\n"];
    greetings.iter().any(|greeting| command.windows(greeting.len()).any(|part| part == *greeting))
}
