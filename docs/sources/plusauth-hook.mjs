// Tells Gatelog of a login while it happens. A hook of PlusAuth, for the step "post login"; with
// another TYPE ("signup", "password.reset") for other steps. It never fails or changes a login: when
// Gatelog does not answer in time, the event is missing until the log is fetched.

const GATELOG = 'https://logs.acme.example';
const KEY = 'gl_...'; // of `gatelog token create --tenant default --scope ingest`
const TYPE = 'login';

/** A hook may take 10 seconds; whoever signs in waits for it. */
const PATIENCE_MS = 1_500;

/** Longer values are cut: no id or name is meant to be longer. */
const CHARACTERS_MAX = 128;
const USER_AGENT_CHARACTERS_MAX = 1_024;

export async function handle(data) {
  try {
    await fetch(`${GATELOG}/v1/events?format=native`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${KEY}` },
      body: JSON.stringify(eventOf(data ?? {})),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    console.warn(`Gatelog was not told: ${error?.message}`);
  }
  return data;
}

/** What happened, without anything of forms, tokens and profiles. */
function eventOf({ user, client, context }) {
  const { ip, userAgent } = context?.request ?? {};
  return {
    type: TYPE,
    outcome: 'success',
    time: new Date().toISOString(),
    actor: {
      kind: 'user',
      id: text(user?.id),
      identifier: text(user?.username ?? user?.email),
    },
    application: { id: text(client?.client_id ?? client?.id), name: text(client?.client_name) },
    ip: text(ip),
    user_agent: text(userAgent?.source ?? userAgent, USER_AGENT_CHARACTERS_MAX),
    data: { from: 'plusauth-hook', connection: text(context?.connection?.name) },
  };
}

/** A text that is not too long, or nothing. */
function text(value, charactersMax = CHARACTERS_MAX) {
  return typeof value === 'string' && value !== '' ? value.slice(0, charactersMax) : undefined;
}
