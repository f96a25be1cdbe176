//! Certificates that fit, and others.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use gatelog_event::time::UnixMicros;
use gatelog_source::Feed as _;
use gatelog_source::postgres::Product::Logto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use crate::cluster::{Cluster, feed, settings};
use crate::collected::Collected;
use crate::{LOGTO, logto_rows};

/// A certificate authority in a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(directory: &Path, name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer =
            CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        let file = directory.join(name);
        fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, file }
    }

    /// Options for a server with a certificate for a host, which talks TLS only.
    fn options(&self, directory: &Path, host: &str) -> Vec<String> {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let (key_file, certificate_file) = (directory.join("key.pem"), directory.join("cert.pem"));
        fs::write(&key_file, key.serialize_pem()).unwrap();
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&certificate_file, certificate.pem()).unwrap();
        let access = directory.join("hba.conf");
        fs::write(&access, "local all all scram-sha-256\nhostssl all all all scram-sha-256\n")
            .unwrap();
        vec![
            "ssl=on".to_owned(),
            format!("ssl_key_file={}", key_file.display()),
            format!("ssl_cert_file={}", certificate_file.display()),
            format!("hba_file={}", access.display()),
        ]
    }
}

#[tokio::test]
async fn only_a_certificate_of_the_host_by_a_known_authority_will_do() {
    let directory = TempDir::new().unwrap();
    let authority = Authority::new(directory.path(), "authority.pem");
    let stranger = Authority::new(directory.path(), "stranger.pem");
    let options = |directory: &Path| authority.options(directory, "localhost");
    let cluster = Cluster::start_with(LOGTO, options).await;
    cluster.run(&logto_rows(1, 10)).await;

    let ca_file = |authority: &Authority| format!("ca_file = {:?}", authority.file);
    let verified = settings("localhost", cluster.port, &ca_file(&authority));
    let encrypted = settings("127.0.0.1", cluster.port, "tls = \"require\"");
    for settings in [verified, encrypted] {
        let mut collected = Collected::default();
        collected.drain(&mut feed(Logto, settings)).await;
        assert_eq!(collected.records.len(), 10);
    }

    let verify = "tls = \"verify-full\"";
    for (settings, parts) in [
        (
            settings("127.0.0.1", cluster.port, &ca_file(&authority)),
            ["not valid for name", "of `host` and by an authority of `ca_file`"],
        ),
        (
            settings("localhost", cluster.port, &ca_file(&stranger)),
            ["invalid peer certificate", "by an authority of `ca_file`"],
        ),
        (
            settings("localhost", cluster.port, verify),
            ["invalid peer certificate", "name its authority in `ca_file`"],
        ),
        (
            settings("127.0.0.1", cluster.port, "tls = \"disable\""),
            ["no encryption", "check `user`, `tls`"],
        ),
        (
            settings("localhost", cluster.port, "ca_file = \"/nowhere/ca.pem\""),
            ["the `ca_file` /nowhere/ca.pem", "No such file"],
        ),
    ] {
        let trouble = feed(Logto, settings).fetch(None, UnixMicros::EPOCH).await.unwrap_err();
        for part in parts {
            assert!(trouble.reason.contains(part), "{part} is not in: {trouble}");
        }
    }
}
