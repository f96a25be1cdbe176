//! No room, and room again.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Folder, Server};

/// Room for one file of the log, which has 64 MiB, and the rest, but not for two. In bytes.
const BALLAST_BYTES: usize = 60 << 20;

/// A file system of 140 MiB in memory, until it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// The reason is what `mount` says.
    fn mount(path: &Path) -> Result<Self, String> {
        std::fs::create_dir(path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=140m", "gatelog-test"]).arg(path);
        let ended = mount.output().map_err(|error| error.to_string())?;
        if ended.status.success() {
            Ok(Self(path.to_owned()))
        } else {
            Err(String::from_utf8_lossy(&ended.stderr).into_owned())
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because a server that is just ending may still have files open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// An event of 900 kB.
fn large_event(id: usize) -> String {
    format!("{{\"id\":\"{id}\",\"type\":\"t\",\"data\":\"{}\"}}", "x".repeat(900_000))
}

#[test]
fn a_full_disk_refuses_events_and_heals_when_there_is_room() {
    let folder = Folder::new();
    let _disk = match SmallDisk::mount(&folder.path("data")) {
        Ok(disk) => disk,
        Err(error) => return println!("skipped: a small disk cannot be mounted here: {error}"),
    };
    folder.write("data/ballast", vec![1; BALLAST_BYTES]);
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));

    let refused = (0..).find_map(|id| {
        let answer = client.post("/v1/events", large_event(id));
        (answer.status != 200).then_some((id, answer))
    });
    let (acknowledged, answer) = refused.unwrap();
    let expected = "507: the server's disk is full; nothing of this request was kept, send it \
                    again when there is room";
    assert_eq!(answer.problem(), expected);
    assert_eq!(answer.header("retry-after"), "10");
    assert!(acknowledged > 60, "{acknowledged}");
    // It stays so, also for a small one; everything else goes on.
    assert_eq!(client.post("/v1/events", r#"{"id":"small","type":"t"}"#).problem(), expected);
    assert_eq!(client.get("/v1/events?limit=1").json()["total"], acknowledged);
    assert_eq!(client.get("/healthz").status, 200);
    let not_ready = "503: the server's disk is full; events are refused until there is room";
    assert_eq!(client.get("/readyz").problem(), not_ready);
    assert!(client.get("/metrics").text.contains("\ngatelog_disk_full 1\n"));

    std::fs::remove_file(folder.path("data/ballast")).unwrap();
    assert_eq!(client.get("/readyz").status, 200, "whoever waits for it would never send");
    assert_eq!(client.post("/v1/events", r#"{"id":"small","type":"t"}"#).counts(), [1, 0, 0, 0]);
    assert_eq!(client.post("/v1/events", large_event(acknowledged)).counts(), [1, 0, 0, 0]);
    assert!(client.get("/metrics").text.contains("\ngatelog_disk_full 0\n"));
    server.kill();
    let server = Server::start(&folder);
    let client = server.client(&folder.key("--tenant default --scope admin"));
    let newest = client.get("/v1/events?limit=2").json();
    assert_eq!(newest["total"], acknowledged + 2);
    for id in 0..=acknowledged {
        assert_eq!(client.post("/v1/events", large_event(id)).counts(), [0, 1, 0, 0], "{id}");
    }
}
