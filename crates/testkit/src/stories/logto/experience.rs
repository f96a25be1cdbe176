//! One visit to the sign-in pages, row by row.
//!
//! A visit is framed by the OIDC interaction (`Interaction.Create`, `Interaction.End`); between
//! them every step shows the whole state of the visit so far. Until somebody is identified no row
//! carries a user id: that is how Logto writes it.

use crate::json::push_escaped;
use crate::stories::logto::draft::{Draft, Event, Key, Outcome};
use crate::stories::logto::failure::{CAPTCHA_FAILED, Failure};
use crate::stories::logto::record::{Challenge, Identifier, Proof, Record};
use crate::stories::script::Script;
use crate::world::{Application, Device, Kind, User};

/// How a visit's profile shows a password just chosen.
pub(crate) const NEW_PASSWORD_JSON: &str =
    r#"{"passwordEncrypted":"******","passwordEncryptionMethod":"******"}"#;

/// What applications ask for at sign-in.
pub(crate) const SCOPES: &str = "openid offline_access profile email";

pub(crate) struct Experience<'a> {
    pub(crate) user: &'a User,
    pub(crate) application: &'a Application,
    pub(crate) browser: &'a Device,
    pub(crate) event: Event,
    authorization: Authorization,
    identified: bool,
    captcha_json: &'static str,
    /// What the visit adds to the user's second factors and profile, as JSON.
    pub(crate) second_factors_json: &'static str,
    pub(crate) profile_json: &'static str,
    records: Vec<Record<'a>>,
}

/// The OIDC request that brought somebody to the sign-in pages.
struct Authorization {
    session: String,
    interaction: String,
    params_json: String,
}

/// What a step shows beside the state of the visit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shown<'s> {
    /// The created account, as JSON.
    pub(crate) user_json: &'s str,
    /// The body of the request, as JSON.
    pub(crate) payload_json: &'s str,
    /// The newest record, under `verification`.
    pub(crate) verification: bool,
}

impl<'a> Experience<'a> {
    /// Somebody is sent to the sign-in pages.
    pub(crate) fn begin(
        script: &mut Script<'_>,
        user: &'a User,
        application: &'a Application,
        event: Event,
    ) -> Self {
        let browser = match application.kind {
            Kind::Native => &user.phone_browser,
            _ => user.browser(script.random),
        };
        Self::begin_on(script, user, application, browser, event)
    }

    /// The same, on a given device.
    pub(crate) fn begin_on(
        script: &mut Script<'_>,
        user: &'a User,
        application: &'a Application,
        browser: &'a Device,
        event: Event,
    ) -> Self {
        let mut visit = Self {
            user,
            application,
            browser,
            event,
            authorization: Authorization::new(script, application),
            identified: false,
            captcha_json: r#"{"skipped":false,"verified":false}"#,
            second_factors_json: "{}",
            profile_json: "{}",
            records: Vec::new(),
        };
        let prompt = r#"{"name":"login","details":{},"reasons":["login_prompt","no_session"]}"#;
        visit.open_interaction(script, prompt);
        script.now_ms += script.random.between(400, 2_500);
        visit.step(script, "Create", Outcome::Success, Shown::default());
        if event == Event::Register && script.random.chance(300) {
            visit.solve_captcha(script);
        }
        visit
    }

    /// Writes one step as it stands now.
    pub(crate) fn step(
        &self,
        script: &mut Script<'_>,
        step: &'static str,
        outcome: Outcome<'_>,
        shown: Shown<'_>,
    ) {
        let mut row = script.open(Key::Step(self.event, step), outcome).device(self.browser);
        if self.identified {
            row = row.user(self.user);
        }
        row = row.application(self.application);
        if !shown.user_json.is_empty() {
            row = row.json("user", shown.user_json);
        }
        if !shown.payload_json.is_empty() {
            row = row.json("payload", shown.payload_json);
        }
        row = row.with("interaction", |json| self.push_state(json));
        if let (true, Some(newest)) = (shown.verification, self.records.last()) {
            row = row.with("verification", |json| newest.push_onto(json));
        }
        script.close(row);
    }

    /// A step that shows only its request body.
    pub(crate) fn request(
        &self,
        script: &mut Script<'_>,
        step: &'static str,
        outcome: Outcome<'_>,
        payload_json: &str,
    ) {
        self.step(script, step, outcome, Shown { payload_json, ..Shown::default() });
    }

    /// Adds a proof, not yet checked, and gives its id.
    pub(crate) fn start(&mut self, script: &mut Script<'_>, proof: Proof<'a>) -> String {
        let id = script.random.id(21);
        self.records.push(Record { id: id.clone(), verified: false, proof });
        id
    }

    /// The newest proof holds.
    pub(crate) fn prove(&mut self) {
        if let Some(newest) = self.records.last_mut() {
            newest.verified = true;
        }
    }

    /// A sign-in without a hitch, from the password to the end.
    pub(crate) fn sign_in_by_password(
        &mut self,
        script: &mut Script<'_>,
        identifier: Identifier<'a>,
    ) {
        script.think();
        self.enter_password(script, identifier, None);
        self.identify(script, Outcome::Success);
        self.submit(script, Outcome::Success);
        self.end(script);
    }

    /// A password is typed. A wrong one leaves no record.
    pub(crate) fn enter_password(
        &mut self,
        script: &mut Script<'_>,
        identifier: Identifier<'a>,
        refused: Option<&Failure>,
    ) {
        let mut payload_json = String::from("{\"password\":\"******\",\"identifier\":");
        identifier.push_onto(&mut payload_json);
        payload_json.push('}');
        let outcome = refused.map_or(Outcome::Success, Outcome::Failure);
        if refused.is_none() {
            self.start(script, Proof::Password(identifier));
            self.prove();
        }
        self.request(script, "Verification.Password.Submit", outcome, &payload_json);
    }

    /// Logto finds out whom the newest proof belongs to.
    pub(crate) fn identify(&mut self, script: &mut Script<'_>, outcome: Outcome<'_>) {
        script.latency();
        if matches!(outcome, Outcome::Success) {
            self.identified = true;
        }
        let payload_json = self.verification_id_json();
        let shown = Shown { payload_json: &payload_json, verification: true, ..Shown::default() };
        self.step(script, "Identifier.Submit", outcome, shown);
    }

    /// Logto makes an account of the newest proof.
    pub(crate) fn identify_newcomer(&mut self, script: &mut Script<'_>, user_json: &str) {
        script.latency();
        self.identified = true;
        let payload_json = self.verification_id_json();
        let shown = Shown { user_json, payload_json: &payload_json, verification: true };
        self.step(script, "Identifier.Submit", Outcome::Success, shown);
    }

    pub(crate) fn submit(&self, script: &mut Script<'_>, outcome: Outcome<'_>) {
        script.latency();
        self.step(script, "Submit", outcome, Shown::default());
    }

    /// The interaction ends; an application that asks for it gets its consent recorded.
    pub(crate) fn end(&self, script: &mut Script<'_>) {
        script.latency();
        self.close_interaction(script);
        if script.random.chance(200) {
            self.consent(script);
        }
    }

    /// The session that webhooks name.
    pub(crate) fn interaction_id(&self) -> &str {
        &self.authorization.interaction
    }

    /// A challenge for an authenticator.
    pub(crate) fn challenge(script: &mut Script<'_>) -> Challenge {
        Challenge(script.random.token(43))
    }

    fn solve_captcha(&mut self, script: &mut Script<'_>) {
        script.think();
        let refused = script.random.chance(80);
        let outcome = if refused { Outcome::Failure(&CAPTCHA_FAILED) } else { Outcome::Success };
        let row = script
            .open(Key::Plain("Interaction.Create.Captcha"), outcome)
            .device(self.browser)
            .application(self.application)
            .json("score", if refused { "0.1" } else { "0.9" })
            .json("success", if refused { "false" } else { "true" });
        script.close(row);
        if !refused {
            self.captcha_json = r#"{"skipped":false,"verified":true}"#;
        }
    }

    fn consent(&self, script: &mut Script<'_>) {
        script.latency();
        let prompt = r#"{"name":"consent","details":{"missingOIDCScope":["openid","offline_access","profile","email"]},"reasons":["consent_prompt","op_scopes_missing"]}"#;
        self.open_interaction(script, prompt);
        script.latency();
        self.close_interaction(script);
    }

    fn open_interaction(&self, script: &mut Script<'_>, prompt_json: &str) {
        let row = self.interaction_row(script, "Interaction.Create").json("prompt", prompt_json);
        script.close(row.plain("interactionId", &self.authorization.interaction));
    }

    fn close_interaction(&self, script: &mut Script<'_>) {
        let row = self.interaction_row(script, "Interaction.End");
        script.close(row.plain("interactionId", &self.authorization.interaction));
    }

    fn interaction_row(&self, script: &mut Script<'_>, key: &'static str) -> Draft {
        let Authorization { session, params_json, .. } = &self.authorization;
        let row = script.open(Key::Plain(key), Outcome::Success).device(self.browser);
        let row =
            if self.identified && key == "Interaction.Create" { row.user(self.user) } else { row };
        row.application(self.application).plain("sessionId", session).json("params", params_json)
    }

    fn verification_id_json(&self) -> String {
        let id = self.records.last().map_or("", |newest| newest.id.as_str());
        format!("{{\"verificationId\":\"{id}\"}}")
    }

    fn push_state(&self, json: &mut String) {
        json.extend(["{\"mfa\":", self.second_factors_json]);
        if self.identified {
            json.extend([",\"userId\":\"", &self.user.id, "\""]);
        }
        json.extend([",\"captcha\":", self.captcha_json, ",\"profile\":", self.profile_json]);
        json.extend([",\"signInContext\":{\"ip\":\"", &self.browser.address]);
        json.push_str("\",\"userAgent\":\"");
        push_escaped(json, &self.browser.agent.text);
        json.extend(["\"},\"interactionEvent\":\"", self.event.name()]);
        json.push_str("\",\"verificationRecords\":[");
        for (position, record) in self.records.iter().enumerate() {
            if position > 0 {
                json.push(',');
            }
            record.push_onto(json);
        }
        json.push_str("]}");
    }
}

impl Authorization {
    fn new(script: &mut Script<'_>, application: &Application) -> Self {
        let mut params_json = format!("{{\"scope\":\"{SCOPES}\",\"state\":\"");
        script.random.push_token(&mut params_json, 16);
        params_json.push_str("\",\"prompt\":\"login consent\",\"client_id\":\"");
        params_json.extend([&application.id, "\",\"redirect_uri\":\"", &application.origin]);
        params_json.push_str("/callback\",\"response_type\":\"code\",\"code_challenge\":\"");
        script.random.push_token(&mut params_json, 43);
        params_json.push_str("\",\"code_challenge_method\":\"S256\"}");
        let (session, interaction) = (script.random.token(43), script.random.token(43));
        Self { session, interaction, params_json }
    }
}
