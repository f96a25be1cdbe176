//! What each type of event says: its payload, in which `$name` stands for what is different each
//! time (see `event`).

/// The payload of an event of this type.
pub(super) fn payload(event_type: &str) -> &'static str {
    let exact = PAYLOADS.iter().find(|(name, _)| *name == event_type);
    exact.map_or(USER, |(_, payload)| payload)
}

/// What most events say: whom they are about, with everything that is known of that user.
const USER: &str = r#"{"user":$user}"#;

const ROLE_TO_USERS: &str = r#"{"user_ids":["$user_id"],"role_key":"support"}"#;
const ROLE_TO_GROUPS: &str = r#"{"role_key":"support","group_keys":["berlin"]}"#;
const GROUP_TO_USERS: &str = r#"{"user_ids":["$user_id"],"group_key":"berlin"}"#;
const GROUP_TO_ROLES: &str = r#"{"group_key":"berlin","role_keys":["support"]}"#;
const USER_TO_ROLES: &str = r#"{"user_id":"$user_id","role_keys":["support"]}"#;
const USER_TO_GROUPS: &str = r#"{"user_id":"$user_id","group_keys":["berlin"]}"#;
const ROLE: &str = r#"{"role":{"id":"$uuid","created_at":"$time","updated_at":"$time","key":"support","name":"Support","description":null}}"#;
const GROUP: &str = r#"{"group":{"id":"$uuid","created_at":"$time","updated_at":"$time","key":"berlin","name":"Berlin office","description":null}}"#;
const RESOURCE: &str = r#"{"resource":{"id":"$uuid","created_at":"$time","updated_at":"$time","resourceURI":"$resource","name":"Orders"}}"#;
const SCOPE: &str = r#"{"scope":{"id":"$uuid","created_at":"$time","updated_at":"$time","resourceURI":"$resource","scope":"read:orders","description":null}}"#;
const RESOURCE_OF_CLIENT: &str = r#"{"resource_uri":"$resource","client_id":"$machine"}"#;
const SCOPES_OF_CLIENT: &str = r#"{"resource_uri":"$resource","client_id":"$machine","scopes":[{"id":"$uuid","scope":"read:orders"}]}"#;
const ADDED: &str = r#"{"user":$user,"identity":$identity}"#;
const UPDATED: &str = r#"{"user":$user,$change}"#;
const AUTHENTICATOR: &str = r#"{"user":$user,"authenticator":{"id":"$uuid","created_at":"$time","updated_at":"$time","user_id":"$user_id","type":"totp","kind":"secondary","is_default":false,"claims":{}}}"#;
const SIGNED_IN: &str = r#"{"user":$user,"session":$session}"#;
const NOT_SENT: &str =
    r#"{"description":"dial tcp 198.51.100.25:587: i/o timeout","recipient":"$recipient"}"#;
const SUPPRESSED: &str =
    r#"{"description":"the recipient is on the suppression list","recipient":"$recipient"}"#;
const INVITATION: &str = r#"{"invitee_email":"$email","invited_by":"$uuid"}"#;
const DOMAIN: &str = r#"{"domain":"id.acme.example","domain_id":"$uuid"}"#;
const SUBSCRIPTION: &str =
    r#"{"subscription_id":"$uuid","plan_name":"business","status":"active"}"#;

/// Payloads that say something else than [`USER`].
const PAYLOADS: &[(&str, &str)] = &[
    ("user.authenticated", SIGNED_IN),
    ("user.reauthenticated", SIGNED_IN),
    ("user.signed_out", r#"{"user":$user,"sessions":[$session]}"#),
    (
        "user.session.terminated",
        r#"{"user":$user,"sessions":[$session,$session],"termination_type":"all_except_current"}"#,
    ),
    ("user.created", r#"{"user":$user,"identities":[$identity]}"#),
    (
        "user.anonymous.promoted",
        r#"{"anonymous_user":{"id":"$uuid","is_anonymous":true,"standard_attributes":{}},"user":$user,"identities":[$identity]}"#,
    ),
    ("authentication.identity.login_id.failed", r#"{"login_id":"$typed"}"#),
    ("authentication.identity.anonymous.failed", r#"{"user":$user,"identity_type":"anonymous"}"#),
    ("authentication.identity.biometric.failed", r#"{"user":$user,"identity_type":"biometric"}"#),
    (
        "authentication.primary.password.failed",
        r#"{"user":$user,"authentication_stage":"primary","authenticator_type":"password"}"#,
    ),
    (
        "authentication.primary.oob_otp_email.failed",
        r#"{"user":$user,"authentication_stage":"primary","authenticator_type":"oob_otp_email"}"#,
    ),
    (
        "authentication.primary.oob_otp_sms.failed",
        r#"{"user":$user,"authentication_stage":"primary","authenticator_type":"oob_otp_sms"}"#,
    ),
    (
        "authentication.secondary.password.failed",
        r#"{"user":$user,"authentication_stage":"secondary","authenticator_type":"password"}"#,
    ),
    (
        "authentication.secondary.totp.failed",
        r#"{"user":$user,"authentication_stage":"secondary","authenticator_type":"totp"}"#,
    ),
    (
        "authentication.secondary.oob_otp_email.failed",
        r#"{"user":$user,"authentication_stage":"secondary","authenticator_type":"oob_otp_email"}"#,
    ),
    (
        "authentication.secondary.oob_otp_sms.failed",
        r#"{"user":$user,"authentication_stage":"secondary","authenticator_type":"oob_otp_sms"}"#,
    ),
    (
        "authentication.secondary.recovery_code.failed",
        r#"{"user":$user,"authentication_stage":"secondary","authenticator_type":"recovery_code"}"#,
    ),
    (
        "authentication.blocked",
        r#"{"user":$user,"error":{"name":"TooManyRequest","reason":"AccountLockout","message":"account is locked","code":429,"info":{"until":"$time"}}}"#,
    ),
    ("identity.email.added", ADDED),
    ("identity.email.removed", ADDED),
    ("identity.email.updated", UPDATED),
    ("identity.email.verified", ADDED),
    ("identity.email.unverified", ADDED),
    ("identity.phone.added", ADDED),
    ("identity.phone.removed", ADDED),
    ("identity.phone.updated", UPDATED),
    ("identity.phone.verified", ADDED),
    ("identity.phone.unverified", ADDED),
    ("identity.username.added", ADDED),
    ("identity.username.removed", ADDED),
    ("identity.username.updated", UPDATED),
    ("identity.oauth.connected", ADDED),
    ("identity.oauth.disconnected", ADDED),
    ("identity.biometric.enabled", ADDED),
    ("identity.biometric.disabled", ADDED),
    ("email.sent", r#"{"sender":"no-reply@acme.example","recipient":"$email","type":"$purpose"}"#),
    ("email.error", NOT_SENT),
    ("email.suppressed", SUPPRESSED),
    (
        "sms.sent",
        r#"{"sender":"+12015550100","recipient":"$phone","type":"$purpose","is_not_counted_in_usage":false}"#,
    ),
    ("sms.error", NOT_SENT),
    ("sms.suppressed", SUPPRESSED),
    (
        "whatsapp.sent",
        r#"{"recipient":"$phone","type":"whatsapp-code","is_not_counted_in_usage":false}"#,
    ),
    ("whatsapp.error", NOT_SENT),
    ("whatsapp.suppressed", SUPPRESSED),
    ("whatsapp.otp.verified", r#"{"phone":"$phone"}"#),
    (
        "fraud_protection.decision_recorded",
        r#"{"record":{"timestamp":"$time","decision":"$decision","action":"send_sms","action_detail":{"recipient":"$phone","type":"$purpose","phone_number_country_code":"US"},"triggered_warnings":[]}}"#,
    ),
    ("bot_protection.verification.failed", r#"{"token":"0.$uuid","provider_type":"cloudflare"}"#),
    (
        "rate_limit.blocked",
        r#"{"rate_limit":{"name":"authentication.password.per_ip","group":"authentication.password"}}"#,
    ),
    (
        "usage.alert.triggered",
        r#"{"usage":{"name":"sms","action":"alert","period":"month","quota":10000,"current_value":8000,"plan_name":"business"}}"#,
    ),
    ("m2m.token.created", r#"{"client_id":"$machine","client_secret":"******"}"#),
    ("admin_api.mutation.create_identity.executed", ADDED),
    ("admin_api.mutation.update_identity.executed", UPDATED),
    ("admin_api.mutation.delete_identity.executed", ADDED),
    ("admin_api.mutation.create_authenticator.executed", AUTHENTICATOR),
    ("admin_api.mutation.delete_authenticator.executed", AUTHENTICATOR),
    ("admin_api.mutation.create_session.executed", SIGNED_IN),
    ("admin_api.mutation.revoke_session.executed", SIGNED_IN),
    (
        "admin_api.mutation.delete_authorization.executed",
        r#"{"user":$user,"authorization":{"id":"$uuid","client_id":"$client","scopes":["openid","offline_access"]}}"#,
    ),
    (
        "admin_api.mutation.generate_oob_otp_code.executed",
        r#"{"target":"$phone","purpose":"login"}"#,
    ),
    ("admin_api.mutation.send_reset_password_message.executed", r#"{"login_id":"$email"}"#),
    (
        "admin_api.mutation.set_verified_status.executed",
        r#"{"claim_name":"email","claim_value":"$email","is_verified":true}"#,
    ),
    ("admin_api.mutation.create_role.executed", ROLE),
    ("admin_api.mutation.update_role.executed", ROLE),
    ("admin_api.mutation.delete_role.executed", "{}"),
    ("admin_api.mutation.create_group.executed", GROUP),
    ("admin_api.mutation.update_group.executed", GROUP),
    ("admin_api.mutation.delete_group.executed", "{}"),
    ("admin_api.mutation.create_resource.executed", RESOURCE),
    ("admin_api.mutation.update_resource.executed", RESOURCE),
    ("admin_api.mutation.delete_resource.executed", r#"{"resource_uri":"$resource"}"#),
    ("admin_api.mutation.create_scope.executed", SCOPE),
    ("admin_api.mutation.update_scope.executed", SCOPE),
    (
        "admin_api.mutation.delete_scope.executed",
        r#"{"resource_uri":"$resource","scope":"read:orders"}"#,
    ),
    ("admin_api.mutation.add_resource_to_clientid.executed", RESOURCE_OF_CLIENT),
    ("admin_api.mutation.remove_resource_from_clientid.executed", RESOURCE_OF_CLIENT),
    ("admin_api.mutation.add_scopes_to_clientid.executed", SCOPES_OF_CLIENT),
    ("admin_api.mutation.remove_scopes_from_clientid.executed", SCOPES_OF_CLIENT),
    ("admin_api.mutation.replace_scopes_of_clientid.executed", SCOPES_OF_CLIENT),
    ("admin_api.mutation.add_role_to_users.executed", ROLE_TO_USERS),
    ("admin_api.mutation.remove_role_from_users.executed", ROLE_TO_USERS),
    ("admin_api.mutation.add_role_to_groups.executed", ROLE_TO_GROUPS),
    ("admin_api.mutation.remove_role_from_groups.executed", ROLE_TO_GROUPS),
    ("admin_api.mutation.add_group_to_users.executed", GROUP_TO_USERS),
    ("admin_api.mutation.remove_group_from_users.executed", GROUP_TO_USERS),
    ("admin_api.mutation.add_group_to_roles.executed", GROUP_TO_ROLES),
    ("admin_api.mutation.remove_group_from_roles.executed", GROUP_TO_ROLES),
    ("admin_api.mutation.add_user_to_roles.executed", USER_TO_ROLES),
    ("admin_api.mutation.remove_user_from_roles.executed", USER_TO_ROLES),
    ("admin_api.mutation.add_user_to_groups.executed", USER_TO_GROUPS),
    ("admin_api.mutation.remove_user_from_groups.executed", USER_TO_GROUPS),
    ("project.app.created", r#"{"app_config":{"id":"acme"}}"#),
    (
        "project.app.updated",
        r#"{"app_config_diff":"   session:\n-    lifetime_seconds: 31449600\n+    lifetime_seconds: 604800\n","updated_secrets":[],"updated_resources":[]}"#,
    ),
    ("project.app.secret.viewed", r#"{"secrets":["oauth.sso.providers"]}"#),
    ("project.collaborator.invitation.created", INVITATION),
    ("project.collaborator.invitation.accepted", INVITATION),
    ("project.collaborator.invitation.deleted", INVITATION),
    ("project.collaborator.deleted", r#"{"collaborator_id":"$uuid","role":"editor"}"#),
    ("project.domain.created", DOMAIN),
    ("project.domain.verified", DOMAIN),
    ("project.domain.deleted", DOMAIN),
    ("project.billing.checkout.created", SUBSCRIPTION),
    ("project.billing.subscription.updated", SUBSCRIPTION),
    ("project.billing.subscription.status.updated", SUBSCRIPTION),
    ("project.billing.subscription.cancelled", SUBSCRIPTION),
];
