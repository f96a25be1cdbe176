# name: okta
# version: 1
# source: okta
# about: Okta: entries of the System Log (GET /api/v1/logs), and what an event hook sends.

# Event type to our word; the type itself stays in data.eventType.
# https://developer.okta.com/docs/reference/api/event-types/
def actions: {
  "user.session.start": "login",
  "user.authentication.auth": "login",
  "user.authentication.authenticate": "login",
  "user.authentication.sso": "sso.start",
  "user.authentication.auth_via_IDP": "sso.verify",
  "user.authentication.auth_via_social": "social.verify",
  "user.authentication.auth_via_inbound_SAML": "sso.verify",
  "user.authentication.verify": "identity.verify",
  "user.authentication.auth_via_mfa": "mfa.verify",
  "user.session.end": "logout",
  "user.session.clear": "session.revoke",
  "user.session.access_admin_app": "session.create",
  "user.session.impersonation.initiate": "session.create",
  "user.session.impersonation.end": "session.revoke",
  "user.mfa.factor.activate": "mfa.enroll",
  "user.mfa.factor.update": "mfa.enroll",
  "user.mfa.factor.deactivate": "mfa.remove",
  "user.mfa.factor.reset_all": "mfa.remove",
  "user.mfa.factor.suspend": "mfa.remove",
  "user.mfa.okta_verify.deny_push": "mfa.verify",
  "user.mfa.attempt_bypass": "mfa.verify",
  "user.account.lock": "account.block",
  "user.account.lock.limit": "account.block",
  "user.account.unlock": "account.unblock",
  "user.account.unlock_by_admin": "account.unblock",
  "user.account.reset_password": "password.reset",
  "user.account.update_password": "password.set",
  "user.account.expire_password": "user.update",
  "user.account.update_profile": "profile.update",
  "user.account.privilege.grant": "user.update",
  "user.account.privilege.revoke": "user.update",
  "user.lifecycle.create": "user.create",
  "user.lifecycle.activate": "user.enable",
  "user.lifecycle.reactivate": "user.enable",
  "user.lifecycle.unsuspend": "user.enable",
  "user.lifecycle.suspend": "user.disable",
  "user.lifecycle.deactivate": "user.disable",
  "user.lifecycle.delete.initiated": "user.delete.schedule",
  "user.lifecycle.delete.completed": "user.delete",
  "user.registration.create": "signup",
  "app.oauth2.authorize.code": "token.issue",
  "app.oauth2.token.grant": "token.issue",
  "app.oauth2.token.grant.access_token": "token.issue",
  "app.oauth2.token.grant.id_token": "token.issue",
  "app.oauth2.token.grant.refresh_token": "token.refresh",
  "app.oauth2.token.revoke": "token.revoke",
  "app.oauth2.as.authorize.code": "token.issue",
  "app.oauth2.as.token.grant": "token.issue",
  "app.oauth2.as.token.grant.access_token": "token.issue",
  "app.oauth2.as.token.grant.id_token": "token.issue",
  "app.oauth2.as.token.grant.refresh_token": "token.refresh",
  "app.oauth2.as.token.revoke": "token.revoke",
  "app.oauth2.as.consent.grant": "consent.grant",
  "app.oauth2.as.consent.revoke": "consent.revoke",
  "system.api_token.create": "api.create",
  "system.api_token.revoke": "api.delete",
  "system.email.send_factor_verify_message": "code.send",
  "system.sms.send_factor_verify_message": "code.send",
  "system.voice.send_mfa_challenge_call": "code.send",
  "system.push.send_factor_verify_push": "mfa.require",
  "system.org.rate_limit.violation": "rate.limit",
  "system.org.rate_limit.warning": "rate.limit",
  "security.request.blocked": "address.block",
  "application.lifecycle.create": "config.update",
  "application.lifecycle.update": "config.update",
  "application.lifecycle.delete": "config.update",
  "policy.lifecycle.create": "config.update",
  "policy.lifecycle.update": "config.update",
  "policy.lifecycle.delete": "config.update",
  "policy.rule.update": "config.update",
  "zone.update": "config.update"
};

def outcomes: {
  "SUCCESS": "success", "ALLOW": "success",
  "FAILURE": "failure", "DENY": "failure", "RATE_LIMIT": "failure", "ABANDONED": "failure",
  "UNANSWERED": "failure"
};

def kind: {"User": "user", "AppUser": "user", "AppInstance": "application",
  "PublicClientApp": "application", "UserGroup": "group"}[. // ""] // .;

# "unknown" stands where nobody was named.
def named: if . == "unknown" then null else . end;

def party: {
  kind: (.type | kind),
  id: (.id | named),
  identifier: (.alternateId | named),
  name: (.displayName | named)
};

(
  if (.data | type) == "object" and (.data.events | type) == "array" then .data.events[] else . end
)
| if (.eventType | type) != "string"
  then error("an Okta event has an `eventType`; this has none") else . end
| (.target // []) as $targets
| first(($targets[] | select(.type == "AppInstance" or .type == "PublicClientApp")), null) as $application
| first(($targets[] | select(.type == "User" or .type == "AppUser" or .type == "UserGroup")), null)
  as $target
| {
    id: .uuid,
    time: .published,
    type: (actions[.eventType] // .eventType),
    outcome: (outcomes[.outcome.result // ""] // "unknown"),
    actor: (if .actor then .actor | party else null end),
    target: (if $target then $target | party else null end),
    application: (
      if $application then {id: $application.id, name: $application.displayName}
      else null end
    ),
    ip: .client.ipAddress,
    user_agent: .client.userAgent.rawUserAgent,
    session: .authenticationContext.externalSessionId,
    interaction: .transaction.id,
    request: .debugContext.debugData.requestId,
    error: (
      if outcomes[.outcome.result // ""] == "failure"
      then {code: .outcome.result, message: .outcome.reason} else null end
    ),
    data: .
  }
