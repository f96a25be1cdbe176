//! Clients and their access tokens.

use gatelog_auth::{AuthError, Authenticator, ClientDialect, ClientSecret, Scope, TokenRequest};
use gatelog_meta::Meta;

use crate::{acme, at, authenticator, by_ada};

/// A client of `acme` that is stored.
fn stored(meta: &Meta, id: u8, dialect: ClientDialect) -> ClientSecret {
    let client = ClientSecret::mint([id; 8], [id; 32]);
    let access = acme(Scope::Read);
    let tenant = access.tenant().unwrap().clone();
    let stored = client.to_stored(dialect, tenant, "billing".to_owned());
    meta.create_client(&stored, &by_ada(0)).unwrap();
    client
}

fn ask<'r>(client: &'r ClientSecret, dialect: ClientDialect) -> TokenRequest<'r> {
    TokenRequest { dialect, client: client.id(), secret: client.reveal(), scope: "all" }
}

fn refused(authenticator: &Authenticator, request: TokenRequest<'_>, seconds: i64) -> String {
    authenticator.issue_token(request, [5; 32], at(seconds)).unwrap_err().to_string()
}

#[test]
fn a_token_counts_for_an_hour_in_its_dialect() {
    let (meta, authenticator) = authenticator();
    let client = stored(&meta, 1, ClientDialect::Logto);
    let token = authenticator.issue_token(ask(&client, ClientDialect::Logto), [7; 32], at(0));
    let token = token.unwrap();
    assert_eq!(token, format!("gla_{}", "07".repeat(32)));
    assert!(Authenticator::is_access_token(&token));
    for (dialect, seconds, counts) in [
        (ClientDialect::Logto, 1, true),
        (ClientDialect::PlusAuth, 1, false),
        (ClientDialect::Logto, 3_599, true),
        (ClientDialect::Logto, 3_600, false),
    ] {
        let found = authenticator.access_token(&token, dialect, at(seconds));
        assert_eq!(found.is_ok(), counts, "{dialect} after {seconds} s");
        if let Ok(granted) = found {
            assert_eq!(&*granted.principal.id, client.id());
            assert_eq!((granted.principal.kind(), &*granted.scope), ("client", "all"));
            assert_eq!(granted.principal.access, acme(Scope::Read));
        }
    }
    assert!(authenticator.access_token("gla_", ClientDialect::Logto, at(1)).is_err());
}

#[test]
fn revoking_a_client_ends_its_tokens_at_once() {
    let (meta, authenticator) = authenticator();
    let (client, other) =
        (stored(&meta, 1, ClientDialect::PlusAuth), stored(&meta, 2, ClientDialect::PlusAuth));
    let token = |client, bytes| {
        let request = ask(client, ClientDialect::PlusAuth);
        authenticator.issue_token(request, [bytes; 32], at(0)).unwrap()
    };
    let (first, second) = (token(&client, 1), token(&other, 2));
    assert!(authenticator.access_token(&first, ClientDialect::PlusAuth, at(1)).is_ok());
    meta.revoke_client(client.id(), &by_ada(1)).unwrap();
    let found = authenticator.access_token(&first, ClientDialect::PlusAuth, at(1));
    assert!(matches!(found, Err(AuthError::UnknownToken)));
    assert!(authenticator.access_token(&second, ClientDialect::PlusAuth, at(1)).is_ok());
    let message = refused(&authenticator, ask(&client, ClientDialect::PlusAuth), 2);
    assert_eq!(message, "this client is not known here");
}

#[test]
fn only_the_right_secret_at_the_right_endpoint_gets_a_token() {
    let (meta, authenticator) = authenticator();
    let client = stored(&meta, 1, ClientDialect::Logto);
    let right = ask(&client, ClientDialect::Logto);
    for (request, message) in [
        (TokenRequest { secret: "letmein", ..right }, "this is not the client's secret"),
        (TokenRequest { secret: "", ..right }, "this is not the client's secret"),
        (TokenRequest { client: "client_2", ..right }, "this client is not known here"),
        (ask(&client, ClientDialect::PlusAuth), "this client is not known here"),
    ] {
        assert_eq!(refused(&authenticator, request, 1), message);
    }
    assert!(authenticator.issue_token(right, [1; 32], at(1)).is_ok(), "and forgets the failures");
    for _ in 0..10 {
        refused(&authenticator, TokenRequest { secret: "guess", ..right }, 2);
    }
    let message = refused(&authenticator, right, 62);
    assert_eq!(message, "too many failed sign-ins for this name: try again in 840 seconds");
}

#[test]
fn a_client_cannot_fill_the_disk_with_tokens() {
    let (meta, authenticator) = authenticator();
    let client = stored(&meta, 1, ClientDialect::Logto);
    let issue = |number: u32, seconds| {
        let mut token = [0; 32];
        token[..4].copy_from_slice(&number.to_be_bytes());
        authenticator.issue_token(ask(&client, ClientDialect::Logto), token, at(seconds))
    };
    for number in 0..900 {
        issue(number, 0).unwrap();
    }
    assert!(matches!(issue(900, 3_599), Err(AuthError::TooManyTokens)));
    assert!(issue(901, 3_600).is_ok(), "the others have expired");
}
