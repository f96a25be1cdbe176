//! Configurations and data directories that a server does not start with.

use std::net::TcpListener;

use crate::support::{Folder, Server};

#[test]
fn a_configuration_with_a_mistake_is_refused_with_its_place() {
    let cases = [
        (
            "[server]\nlisten = \"127.0.0.1:0\"\nlissten = 1\n",
            "gatelog.toml:3:1: unknown field `lissten`, expected one of `data`, `listen`, \
             `tls_cert`, `tls_key`, `behind_proxy`, `public_url`, \
             `secrets_key_file`",
        ),
        (
            "[sever]\n",
            "gatelog.toml:1:2: unknown field `sever`, expected one of `server`, `log`, `console`, \
             `smtp`, `outgoing`, `logto`, `authgear`, `record`, `sources`, `mappings`",
        ),
        ("[server]\nlisten = \"here\"\n", "gatelog.toml:2:10: invalid socket address syntax"),
        ("[server]\ndata \n", "gatelog.toml:2:6: key with no value, expected `=`"),
    ];
    let folder = Folder::new();
    for (text, expected) in cases {
        folder.write("gatelog.toml", text);
        let ended = folder.run("serve --config gatelog.toml");
        assert_eq!(ended.refused(), format!("error: {expected}"), "{text}");
    }
    let ended = folder.run("serve --config absent.toml");
    let expected = "error: cannot read absent.toml: No such file or directory (os error 2)";
    assert_eq!(ended.refused(), expected);
}

#[test]
fn the_environment_is_read_over_the_file_and_checked_as_well() {
    let folder = Folder::new();
    folder.write("gatelog.toml", "[server]\ndata = \"elsewhere\"\n");
    let with = |name: &str, value: &str| {
        let mut command = folder.command("serve --config gatelog.toml");
        command.env(name, value);
        command
    };
    let refused = |name: &str, value: &str| {
        let ended = with(name, value).output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        String::from_utf8(ended.stderr).unwrap()
    };
    let message = refused("GATELOG_SERVER__LISTN", "127.0.0.1:0");
    assert!(
        message.starts_with("error: GATELOG_SERVER__LISTN: unknown field `listn`"),
        "{message}"
    );
    let message = refused("GATELOG_SERVER__LISTEN", "here");
    let expected = "error: GATELOG_SERVER__LISTEN: invalid socket address syntax\n";
    assert_eq!(message, expected);

    let server = Server::launch(&folder, with("GATELOG_SERVER__DATA", "data"));
    assert_eq!(server.client("").get("/healthz").status, 200);
    assert!(folder.path("data/format").try_exists().unwrap());
    assert!(!folder.path("elsewhere").try_exists().unwrap());
}

#[test]
fn other_machines_are_reached_over_tls_only() {
    let folder = Folder::new();
    let expected = "error: 0.0.0.0:0 can be reached from other machines, and keys and sessions \
                    would cross the network in clear text; give --tls-cert and --tls-key, or \
                    --behind-proxy with the network of the proxy that ends TLS";
    assert_eq!(folder.run("serve --data data --listen 0.0.0.0:0").refused(), expected);
    let proxy = folder.command("serve --data data --behind-proxy 10.0.0.0/8");
    assert_eq!(Server::launch(&folder, proxy).client("").get("/healthz").status, 200);
}

#[test]
fn an_address_in_use_is_named() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let ended = folder.run(&format!("serve --data data --listen {address}"));
    let expected = format!("cannot listen on {address}: Address already in use (os error 98)");
    assert_eq!(ended.refused(), format!("error: {expected}"));
}

#[test]
fn a_data_directory_has_one_server() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let expected = "error: the data directory data is in use by another process; stop that server, \
                    or send the command to it with --url and --token";
    assert_eq!(folder.run("serve --data data --listen 127.0.0.1:0").refused(), expected);
    assert_eq!(
        folder.run_with_input("import --data data", b"{\"type\":\"t\"}").refused(),
        expected
    );
    // The one that is there does not notice.
    let client = server.client(&folder.key("--tenant default --scope admin"));
    assert_eq!(client.post("/v1/events", r#"{"type":"t"}"#).counts(), [1, 0, 0, 0]);
    server.kill();
    // The lock ends with its holder, however that ended.
    assert_eq!(Server::start(&folder).client("").get("/healthz").status, 200);
}

#[test]
fn a_file_is_no_data_directory() {
    let folder = Folder::new();
    folder.write("data", "a file");
    let ended = folder.run("serve --data data --listen 127.0.0.1:0");
    assert!(ended.refused().starts_with("error: cannot "), "{ended:?}");
    assert!(ended.refused().contains("data"), "{ended:?}");
}
