//! Certificates that fit, and others.

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::support::{Client, Folder, Server};

/// Writes `NAME.crt` and `NAME.key` for 127.0.0.1.
pub(crate) fn make_certificate(folder: &Folder, name: &str) {
    let made = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let CertifiedKey { cert, signing_key } = made;
    folder.write(&format!("{name}.crt"), cert.pem());
    folder.write(&format!("{name}.key"), signing_key.serialize_pem());
}

#[test]
fn a_server_with_a_certificate_answers_over_https_only() {
    let folder = Folder::new();
    make_certificate(&folder, "good");
    let serve = "serve --data data --tls-cert good.crt --tls-key good.key";
    let mut server = Server::launch(&folder, folder.command(serve));
    assert!(server.address.starts_with("https://127.0.0.1:"), "{}", server.address);
    let certificate = reqwest::Certificate::from_pem(folder.read("good.crt").as_bytes()).unwrap();
    let key = folder.key("--tenant default --scope admin");
    let client = Client::trusting(&server.address, &key, [certificate]);
    assert_eq!(client.get("/healthz").text, "ok\n");

    let stranger = Client::new(&server.address, &key);
    assert!(stranger.try_post("/v1/events", "{}").is_none(), "an unknown certificate is believed");
    let clear = Client::new(&server.address.replace("https", "http"), &key);
    assert!(clear.try_post("/v1/events", "{}").is_none(), "clear text is answered");

    // The session crosses no network in clear text: browsers are told so.
    let password = server.announced("Password").unwrap();
    let form = format!("user=admin&password={password}");
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let signed_in = client.send("POST", "/sign-in", &headers, form);
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("__Host-gatelog=") && cookie.contains("; Secure"), "{cookie}");

    folder.write("event", "{\"type\":\"t\"}");
    let arguments = format!("import --url {} --token {key} event", server.address);
    let mut import = folder.command(&arguments);
    import.env("SSL_CERT_FILE", folder.path("good.crt"));
    assert!(import.output().unwrap().status.success());
    assert_eq!(client.get("/v1/events").json()["total"], 1);
}

#[test]
fn files_that_do_not_fit_are_named() {
    let folder = Folder::new();
    make_certificate(&folder, "good");
    make_certificate(&folder, "other");
    folder.write("text", "nothing of the kind");
    let alone = "a TLS certificate and its key go together: give both or neither";
    let cases = [
        ("--tls-cert good.crt", alone),
        ("--tls-key good.key", alone),
        (
            "--tls-cert good.crt --tls-key other.key",
            "TLS: other.key: this is not the key of the certificate in good.crt",
        ),
        ("--tls-cert text --tls-key good.key", "TLS: text: there is no certificate in it (PEM)"),
        ("--tls-cert good.crt --tls-key text", "TLS: text: there is no private key in it (PEM)"),
        (
            "--tls-cert good.crt --tls-key absent",
            "TLS: absent: I/O error: No such file or directory (os error 2)",
        ),
    ];
    for (options, expected) in cases {
        let ended = folder.run(&format!("serve --data data --listen 127.0.0.1:0 {options}"));
        assert_eq!(ended.refused(), format!("error: {expected}"), "{options}");
    }
    assert!(!folder.path("data").try_exists().unwrap(), "nothing is created before that is right");
}
