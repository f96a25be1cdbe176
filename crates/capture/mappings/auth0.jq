# name: auth0
# version: 1
# source: auth0
# about: Auth0: what a log stream sends ({log_id, data}), and entries of GET /api/v2/logs.

# Event code to our word and how it ended; the code stays in data.type.
# https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
def codes: {
  "s": ["login", "success"], "f": ["login", "failure"], "fp": ["login", "failure"],
  "fu": ["login", "failure"], "fc": ["login", "failure"], "fco": ["login", "failure"],
  "ssa": ["login", "success"], "fsa": ["login", "failure"],
  "slo": ["logout", "success"], "flo": ["logout", "failure"],
  "ss": ["signup", "success"], "fs": ["signup", "failure"],
  "sv": ["identity.verify", "success"], "fv": ["identity.verify", "failure"],
  "svr": ["message.send", "success"], "fvr": ["message.send", "failure"],
  "sce": ["identity.update", "success"], "fce": ["identity.update", "failure"],
  "scu": ["identity.update", "success"], "fcu": ["identity.update", "failure"],
  "scpn": ["identity.update", "success"], "fcpn": ["identity.update", "failure"],
  "scp": ["password.reset", "success"], "fcp": ["password.reset", "failure"],
  "scpr": ["message.send", "success"], "fcpr": ["message.send", "failure"],
  "sdu": ["user.delete", "success"], "fdu": ["user.delete", "failure"],
  "du": ["user.delete", "success"],
  "cs": ["code.send", "success"], "cls": ["code.send", "success"],
  "fn": ["message.send", "failure"],
  "seacft": ["token.issue", "success"], "feacft": ["token.issue", "failure"],
  "seccft": ["token.issue", "success"], "feccft": ["token.issue", "failure"],
  "sepft": ["token.issue", "success"], "fepft": ["token.issue", "failure"],
  "sede": ["token.issue", "success"], "fede": ["token.issue", "failure"],
  "sertft": ["token.refresh", "success"], "fertft": ["token.refresh", "failure"],
  "ferrt": ["token.refresh", "failure"],
  "srrt": ["token.revoke", "success"], "frrt": ["token.revoke", "failure"],
  "gd_auth_succeed": ["mfa.verify", "success"], "gd_auth_failed": ["mfa.verify", "failure"],
  "gd_auth_rejected": ["mfa.verify", "failure"],
  "gd_start_auth": ["mfa.require", "success"], "mfar": ["mfa.require", "success"],
  "gd_enrollment_complete": ["mfa.enroll", "success"], "gd_unenroll": ["mfa.remove", "success"],
  "gd_otp_rate_limit_exceed": ["rate.limit", "failure"],
  "gd_recovery_rate_limit_exceed": ["rate.limit", "failure"],
  "gd_send_sms": ["code.send", "success"], "gd_send_sms_failure": ["code.send", "failure"],
  "limit_wc": ["account.block", "success"], "limit_sul": ["account.block", "success"],
  "limit_mu": ["address.block", "success"],
  "ublkdu": ["account.unblock", "success"],
  "limit_ui": ["rate.limit", "failure"], "api_limit": ["rate.limit", "failure"],
  "pwd_leak": ["login", "failure"], "signup_pwd_leak": ["signup", "failure"],
  "sapi": ["api.update", "success"], "fapi": ["api.update", "failure"],
  "mgmt_api_read": ["api.read", "success"],
  "actions_execution_failed": ["hook.run", "failure"]
};

# What sapi and fapi did is in the method of the request.
def of_method: {
  "get": "api.read", "post": "api.create", "put": "api.update", "patch": "api.update",
  "delete": "api.delete"
}[(. // "") | ascii_downcase];

# Some details are an object, some are text.
def detail(f): .details as $details | if ($details | type) == "object" then $details | f else null end;
def session: detail(.session_id // (.prompts | if type == "array" then .[0].session_id else null end));

(.log_id? // null) as $log_id
| (if (.data | type) == "object" then .data else . end)
| if (.type | type) != "string" then error("an Auth0 event has a `type`; this has none") else . end
| (codes[.type] // [.type, "unknown"]) as [$action, $outcome]
| {
    id: ($log_id // .log_id // ._id),
    time: .date,
    type: (
      if .type == "sapi" or .type == "fapi" then detail(.request.method) | of_method // $action
      else $action end
    ),
    outcome: $outcome,
    actor: (
      if .user_id or .user_name
      then {
        kind: "user",
        id: .user_id,
        identifier: .user_name
      }
      elif .client_id and ($action | startswith("token.") or startswith("api."))
      then {kind: "application", id: .client_id, name: .client_name}
      else null end
    ),
    application: (if .client_id then {id: .client_id, name: .client_name} else null end),
    organization: .organization_id,
    ip: .ip,
    user_agent: .user_agent,
    session: session,
    interaction: detail(.transaction_id),
    request: (if (.references | type) == "object" then .references.correlation_id else null end),
    error: (
      if $outcome == "failure" then {code: .type, message: .description} else null end
    ),
    data: .
  }
