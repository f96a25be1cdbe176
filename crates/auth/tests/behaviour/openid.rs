//! People who sign in at an OpenID provider.

use std::collections::HashMap;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use gatelog_auth::jwt::Algorithm;
use gatelog_auth::openid::Proven;
use gatelog_auth::openid::attempt::{Attempt, Returned};
use gatelog_auth::{
    AuthError, CallProvider, FetchKeys, Grant, Grants, OpenIdError, Provider, Providers, Scope,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::signer::Signer;
use crate::{acme, at, authenticator, by_ada};

const ISSUER: &str = "https://id.example";
const BACK: &str = "https://logs.example/sign-in/oidc/corp/callback";

type Answering<'f> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>>;

/// A provider that gives a token for the code `right`.
struct StandIn {
    published: Mutex<HashMap<String, Value>>,
    token: Mutex<String>,
    /// What it was sent last: the header and the form.
    sent: Mutex<(Option<String>, HashMap<String, String>)>,
}

impl std::fmt::Debug for StandIn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("StandIn")
    }
}

impl FetchKeys for StandIn {
    fn fetch<'f>(&'f self, url: &'f str) -> Answering<'f> {
        let found = self.published.lock().unwrap().get(url).map(Value::to_string);
        Box::pin(ready(found.ok_or_else(|| "not found".to_owned())))
    }
}

impl CallProvider for StandIn {
    fn post<'f>(
        &'f self,
        url: &'f str,
        authorization: Option<&'f str>,
        form: String,
    ) -> Answering<'f> {
        assert_eq!(url, "https://id.example/token");
        let form: HashMap<_, _> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let answer = match form["code"].as_str() {
            "right" => json!({ "access_token": "x", "id_token": *self.token.lock().unwrap() }),
            _ => json!({ "error": "invalid_grant" }),
        };
        *self.sent.lock().unwrap() = (authorization.map(str::to_owned), form);
        Box::pin(ready(Ok(answer.to_string())))
    }
}

fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://id.example/authorize?tenant=1",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/keys",
    })
}

/// Somebody at the provider, a browser that was sent there, and us.
struct Scene {
    provider: Arc<StandIn>,
    providers: Providers,
    signer: Signer,
    attempt: Attempt,
    /// The parameters that the browser brought to the provider.
    asked: HashMap<String, String>,
    runtime: Runtime,
}

impl Scene {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl Fn(&mut Provider)) -> Self {
        let signer = Signer::new(Algorithm::Es256);
        let stand_in = StandIn {
            published: Mutex::default(),
            token: Mutex::default(),
            sent: Mutex::default(),
        };
        let provider = Arc::new(stand_in);
        let mut settings = Provider {
            name: "corp".into(),
            issuer: ISSUER.into(),
            client_id: "gatelog".into(),
            client_secret: Some("s e+cret".into()),
            scopes: vec!["openid".into(), "profile".into()],
            algorithm: Algorithm::Es256,
            grants: Grants {
                claim: Some("groups".into()),
                known: vec![Grant { value: "auditors".into(), access: acme(Scope::Read) }],
                default: None,
            },
        };
        change(&mut settings);
        let client: Arc<dyn CallProvider> = Arc::<StandIn>::clone(&provider);
        let providers = Providers::new([settings], client);
        let mut scene = Self {
            provider,
            providers,
            signer,
            attempt: Attempt::mint([9; 32]),
            asked: HashMap::new(),
            runtime: Runtime::new().unwrap(),
        };
        scene.publish("/.well-known/openid-configuration", document());
        scene.publish_key("k1");
        scene.leave();
        scene
    }

    fn publish(&self, path: &str, value: Value) {
        self.provider.published.lock().unwrap().insert(format!("{ISSUER}{path}"), value);
    }

    fn publish_key(&self, id: &str) {
        self.publish("/keys", json!({ "keys": [self.signer.jwk(id)] }));
    }

    /// The browser leaves for the provider.
    fn leave(&mut self) {
        let address = self.providers.begin("corp", &self.attempt, BACK, at(0));
        let address = self.runtime.block_on(address).unwrap();
        let (endpoint, parameters) = address.split_once("tenant=1&").unwrap();
        assert_eq!(endpoint, "https://id.example/authorize?");
        self.asked = form_urlencoded::parse(parameters.as_bytes()).into_owned().collect();
    }

    fn claims(&self) -> Value {
        json!({
            "iss": ISSUER,
            "aud": "gatelog",
            "sub": "s1",
            "preferred_username": "ada",
            "nonce": self.asked["nonce"],
            "groups": ["staff", "auditors"],
            "iat": at(0).seconds_floor(),
            "exp": at(300).seconds_floor(),
        })
    }

    /// The browser comes back, and the provider says this.
    fn arrive(&self, claims: &Value) -> Result<Proven, OpenIdError> {
        self.arrive_signed_with("k1", claims, 1)
    }

    fn arrive_signed_with(
        &self,
        key: &str,
        claims: &Value,
        seconds: i64,
    ) -> Result<Proven, OpenIdError> {
        let token = self.signer.sign(&json!({ "alg": "ES256", "kid": key }), claims);
        *self.provider.token.lock().unwrap() = token;
        self.finish(&self.returned("right"), seconds)
    }

    fn returned(&self, code: &str) -> Returned {
        let (code, state) = (Some(code.to_owned()), Some(self.asked["state"].clone()));
        Returned { code, state, ..Returned::default() }
    }

    fn finish(&self, returned: &Returned, seconds: i64) -> Result<Proven, OpenIdError> {
        let proven = self.providers.finish("corp", &self.attempt, returned, BACK, at(seconds));
        self.runtime.block_on(proven)
    }
}

/// The claims with one of them changed.
fn but(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[test]
fn a_browser_leaves_with_a_challenge_and_its_code_is_exchanged_with_the_answer() {
    let scene = Scene::new();
    let fixed = [
        ("response_type", "code"),
        ("client_id", "gatelog"),
        ("redirect_uri", BACK),
        ("scope", "openid profile"),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in fixed {
        assert_eq!(scene.asked[name], value);
    }
    let words = ["state", "nonce", "code_challenge"].map(|name| scene.asked[name].clone());
    assert!(words.iter().all(|word| word.len() >= 43 && *word != scene.attempt.reveal()));

    let proven = scene.arrive(&scene.claims()).unwrap();
    assert_eq!((&*proven.vouched.name, &*proven.vouched.subject), ("ada", "s1"));
    assert_eq!(proven.access, Some(acme(Scope::Read)));
    let (authorization, form) = scene.provider.sent.lock().unwrap().clone();
    // gatelog:s+e%2Bcret
    assert_eq!(authorization.as_deref(), Some("Basic Z2F0ZWxvZzpzK2UlMkJjcmV0"));
    let digest =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
    assert_eq!(crate::signer::encode(digest.as_ref()), scene.asked["code_challenge"]);
    assert_eq!((&*form["redirect_uri"], &*form["grant_type"]), (BACK, "authorization_code"));
    assert!(!form.contains_key("client_secret"));
}

#[test]
fn the_secret_goes_where_the_provider_takes_it() {
    let scene = Scene::new();
    let methods = json!(["client_secret_post"]);
    scene.publish(
        "/.well-known/openid-configuration",
        but(document(), "token_endpoint_auth_methods_supported", methods),
    );
    // After ten minutes the document is fetched again.
    let claims = but(scene.claims(), "exp", json!(at(900).seconds_floor()));
    scene.arrive_signed_with("k1", &claims, 700).unwrap();
    let (authorization, form) = scene.provider.sent.lock().unwrap().clone();
    assert_eq!((authorization, &*form["client_secret"]), (None, "s e+cret"));

    let public = Scene::with(|settings| settings.client_secret = None);
    public.arrive(&public.claims()).unwrap();
    let (authorization, form) = public.provider.sent.lock().unwrap().clone();
    assert_eq!((authorization, &*form["client_id"]), (None, "gatelog"));
    assert!(!form.contains_key("client_secret"));
}

#[test]
fn an_answer_counts_only_in_the_browser_that_began() {
    let scene = Scene::new();
    let (right, other) = (scene.returned("right"), Attempt::mint([8; 32]));
    let finish = |returned: &Returned| scene.finish(returned, 1).unwrap_err();
    for returned in [
        Returned { state: None, ..right.clone() },
        Returned { state: Some("x".into()), ..right.clone() },
        Returned { issuer: Some("https://evil.example".into()), ..right.clone() },
        Returned { code: None, ..right.clone() },
        Returned { error: Some("access_denied".into()), state: None, ..right.clone() },
    ] {
        assert_eq!(finish(&returned), OpenIdError::NotBegunHere, "{returned:?}");
    }
    let elsewhere = scene.providers.finish("corp", &other, &right, BACK, at(1));
    assert_eq!(scene.runtime.block_on(elsewhere), Err(OpenIdError::NotBegunHere));
    assert!(Attempt::of_secret("x").is_none());

    let denied = Returned { error: Some("access_denied".into()), ..right };
    assert_eq!(finish(&denied), OpenIdError::Refused("access_denied".into()));
    assert_eq!(finish(&scene.returned("used")), OpenIdError::Refused("invalid_grant".into()));
}

#[test]
fn a_token_has_to_be_for_this_sign_in_and_hold_now() {
    let scene = Scene::new();
    let claims = scene.claims();
    let second = |seconds| json!(at(seconds).seconds_floor());
    for (name, value, expected) in [
        ("nonce", json!("of another sign-in"), "no right `nonce`"),
        ("nonce", Value::Null, "no right `nonce`"),
        ("azp", json!("another client"), "no right `azp`"),
        ("sub", json!(""), "no right `sub`"),
        ("iss", json!("https://evil.example"), "claim `iss` does not hold here"),
        ("aud", json!("another client"), "claim `aud` does not hold here"),
        ("exp", second(-70), "has expired"),
        ("exp", Value::Null, "claim `exp` is of the wrong type"),
        ("iat", second(200), "claim `iat` does not hold here"),
    ] {
        let error = scene.arrive(&but(claims.clone(), name, value)).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
    let forged = Signer::new(Algorithm::Es256);
    *scene.provider.token.lock().unwrap() =
        forged.sign(&json!({ "alg": "ES256", "kid": "k1" }), &claims);
    let error = scene.finish(&scene.returned("right"), 1).unwrap_err().to_string();
    assert!(error.ends_with("the token's signature is wrong"), "{error}");
    scene.arrive(&claims).unwrap();
}

#[test]
fn a_new_key_of_the_provider_is_fetched_when_a_token_names_it() {
    let mut scene = Scene::new();
    scene.arrive(&scene.claims()).unwrap();
    scene.signer = Signer::new(Algorithm::Es256);
    scene.publish_key("k2");
    scene.arrive_signed_with("k2", &scene.claims(), 40).unwrap();
}

#[test]
fn a_provider_that_cannot_be_reached_or_is_another_is_an_error_that_says_so() {
    let scene = Scene::new();
    let begin = |scene: &Scene, name| {
        scene.runtime.block_on(scene.providers.begin(name, &scene.attempt, BACK, at(1_000)))
    };
    let unknown = begin(&scene, "other");
    assert_eq!(unknown, Err(OpenIdError::UnknownProvider("other".into())));
    scene.publish(
        "/.well-known/openid-configuration",
        but(document(), "issuer", json!("https://evil.example")),
    );
    let other = begin(&scene, "corp").unwrap_err().to_string();
    assert!(other.contains("its document is of the issuer \"https://evil.example\""), "{other}");

    let away = Scene::new();
    away.provider.published.lock().unwrap().remove("https://id.example/keys");
    let error = away.arrive(&away.claims()).unwrap_err();
    assert_eq!(error, OpenIdError::Unreachable("https://id.example/keys".into()));
}

#[test]
fn whoever_has_a_role_gets_a_session_with_it_and_nobody_else_does() {
    let (meta, authenticator) = authenticator();
    let scene = Scene::new();
    let open = |groups: Value, number: u8| {
        let proven = scene.arrive(&but(scene.claims(), "groups", groups)).unwrap();
        authenticator.sign_in_vouched(&proven, [number; 32], at(2))
    };
    let (token, signed_in) = open(json!(["auditors"]), 1).unwrap();
    assert_eq!(&*signed_in.principal.id, "user:ada@corp");
    assert_eq!(signed_in.principal.access, acme(Scope::Read));
    assert!(!signed_in.must_choose_password);
    let is_open = || authenticator.session(token.reveal(), at(3)).is_ok();
    assert!(is_open());
    for password in ["", "s1"] {
        let refused = authenticator.sign_in("ada@corp", password, [7; 32], at(3));
        assert!(matches!(refused, Err(AuthError::WrongPassword)), "{password:?}");
    }

    assert!(matches!(open(json!(["staff"]), 2), Err(AuthError::NoRole)));
    assert!(!is_open(), "whoever lost the role is signed out");
    let refused = meta.waiting_events(0, 100).unwrap().into_iter().next_back().unwrap();
    assert!(String::from_utf8(refused.record).unwrap().contains("no_role"));

    meta.disable_user("ada@corp", &by_ada(3)).unwrap();
    assert!(matches!(open(json!(["auditors"]), 3), Err(AuthError::UserDisabled)));
}
