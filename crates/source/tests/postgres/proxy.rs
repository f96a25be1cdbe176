//! A way to a server that breaks: connections are closed after so many bytes of its answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

/// Listens before the server at `port`. The first connections are closed after as many bytes as
/// `bytes_max` says of each; later ones are not. Returns its address and how many were closed.
pub(crate) async fn start(port: u16, bytes_max: Vec<usize>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let cut = Arc::new(AtomicUsize::new(0));
    let counted = cut.clone();
    tokio::spawn(async move {
        let mut limits = bytes_max.into_iter();
        while let Ok((client, _)) = listener.accept().await {
            let limit = limits.next().unwrap_or(usize::MAX);
            let cut = counted.clone();
            tokio::spawn(async move {
                let server = TcpStream::connect(("127.0.0.1", port)).await.expect("the server");
                if carry(client, server, limit).await {
                    cut.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    (address, cut)
}

/// Carries bytes both ways, and says whether the limit ended it.
async fn carry(client: TcpStream, server: TcpStream, limit: usize) -> bool {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asks = tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
    let (mut carried, mut buffer) = (0, vec![0; 16 << 10]);
    while let Ok(length) = from_server.read(&mut buffer).await {
        if length == 0 || to_client.write_all(&buffer[..length]).await.is_err() {
            break;
        }
        carried += length;
        if carried > limit {
            break;
        }
    }
    asks.abort();
    carried > limit
}
