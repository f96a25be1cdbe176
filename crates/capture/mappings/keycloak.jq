# name: keycloak
# version: 1
# source: keycloak
# about: Keycloak: user and admin events, as an event listener or the Admin REST API writes them.

# Type of a user event to our word. What ends in _ERROR is the same word with a failure; the type
# itself stays in data.type.
# https://www.keycloak.org/docs-api/latest/javadocs/org/keycloak/events/EventType.html
def actions: {
  "LOGIN": "login", "IDENTITY_PROVIDER_FIRST_LOGIN": "login", "IMPERSONATE": "session.create",
  "IDENTITY_PROVIDER_LOGIN": "social.verify", "IDENTITY_PROVIDER_POST_LOGIN": "social.verify",
  "LOGOUT": "logout", "REGISTER": "signup",
  "CODE_TO_TOKEN": "token.issue", "CLIENT_LOGIN": "token.issue",
  "OAUTH2_DEVICE_CODE_TO_TOKEN": "token.issue", "AUTHREQID_TO_TOKEN": "token.issue",
  "PERMISSION_TOKEN": "token.issue",
  "REFRESH_TOKEN": "token.refresh", "TOKEN_EXCHANGE": "token.exchange",
  "REVOKE_GRANT": "token.revoke", "INVALIDATE_SIGNED_JWT": "token.revoke",
  "GRANT_CONSENT": "consent.grant", "UPDATE_CONSENT": "consent.grant",
  "UPDATE_PASSWORD": "password.set", "RESET_PASSWORD": "password.reset",
  "SEND_RESET_PASSWORD": "message.send", "SEND_VERIFY_EMAIL": "message.send",
  "SEND_IDENTITY_PROVIDER_LINK": "message.send", "EXECUTE_ACTION_TOKEN": "code.verify",
  "VERIFY_EMAIL": "identity.verify", "UPDATE_EMAIL": "identity.update",
  "VERIFY_PROFILE": "profile.update", "UPDATE_PROFILE": "profile.update",
  "FEDERATED_IDENTITY_LINK": "identity.add", "REMOVE_FEDERATED_IDENTITY": "identity.remove",
  "UPDATE_TOTP": "mfa.enroll", "REMOVE_TOTP": "mfa.remove",
  "UPDATE_CREDENTIAL": "mfa.enroll", "REMOVE_CREDENTIAL": "mfa.remove",
  "DELETE_ACCOUNT": "user.delete",
  "USER_DISABLED_BY_PERMANENT_LOCKOUT": "account.block",
  "USER_DISABLED_BY_TEMPORARY_LOCKOUT": "account.block",
  "CLIENT_REGISTER": "api.create", "CLIENT_UPDATE": "api.update", "CLIENT_DELETE": "api.delete",
  "CLIENT_INFO": "api.read"
};

def operations: {
  "CREATE": "create", "UPDATE": "update", "DELETE": "delete", "ACTION": "update"
};

def admin_type: operations[.operationType] as $operation
  | if $operation == null then .operationType
    elif .resourceType == "USER" and ((.resourcePath // "") | split("/") | length) <= 2
    then "user." + $operation
    else "api." + $operation end;

# The id in a path such as users/1234/role-mappings, and what kind of thing it is.
def admin_target: ((.resourcePath // "") | split("/")) as $parts
  | if ($parts | length) < 2 then null
    else {
      kind: ({"users": "user", "groups": "group", "clients": "application"}[$parts[0]] // $parts[0]),
      id: $parts[1]
    } end;

def of_admin: .authDetails as $by | {
    id: .id,
    time: .time,
    type: admin_type,
    outcome: (if .error then "failure" else "success" end),
    actor: (if $by.userId then {kind: "user", id: $by.userId} else null end),
    target: admin_target,
    application: (if $by.clientId then {id: $by.clientId} else null end),
    organization: (.realmName // .realmId),
    ip: $by.ipAddress,
    error: (if .error then {code: .error} else null end),
    data: .
  };

def of_user: (.type | rtrimstr("_ERROR")) as $type | (.type != $type) as $is_failure | {
    id: .id,
    time: .time,
    type: (actions[$type] // .type),
    outcome: (if $is_failure or .error then "failure" else "success" end),
    actor: (
      if .userId or .details.username
      then {kind: "user", id: .userId, identifier: .details.username} else null end
    ),
    application: (if .clientId then {id: .clientId} else null end),
    organization: (.realmName // .realmId),
    ip: .ipAddress,
    user_agent: .details.user_agent,
    session: .sessionId,
    interaction: .details.code_id,
    error: (if .error then {code: .error, message: .details.reason} else null end),
    data: .
  };

if (.operationType | type) == "string" then of_admin
elif (.type | type) == "string" then of_user
else error("a Keycloak event has a `type` or an `operationType`; this has neither") end
