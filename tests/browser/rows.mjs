// Rows as Logto writes them, few and known, so that tests can expect exact answers.

const START_MS = Date.UTC(2026, 2, 1, 8, 0, 0);
const MINUTE_MS = 60_000;

/** One row; `payload` is added to what every row has. */
function row(number, key, payload, id = `row${String(number).padStart(18, '0')}`) {
  const createdAt = START_MS + number * MINUTE_MS;
  const common = { key, ip: '198.51.100.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' };
  return { tenantId: 'default', id, key, payload: { ...common, ...payload }, createdAt };
}

const SIGN_IN = 'Interaction.SignIn.Submit';
const TOKEN = 'ExchangeTokenBy.RefreshToken';
const PASSWORD = 'Interaction.SignIn.Verification.Password.Submit';

/** What the tests expect of `knownRows`. */
export const KNOWN = {
  total: 120,
  failures: 30,
  tokens: 30,
  ofAda: 45,
  ada: 'adaada000001',
  bob: 'bobbob000002',
  tokenKey: TOKEN,
};

/** 120 rows, a minute apart: 60 sign-ins, 30 tokens, 30 failures; half of the former are Ada's. */
export function knownRows() {
  return Array.from({ length: KNOWN.total }, (_, number) => {
    const userId = number % 2 === 0 ? KNOWN.ada : KNOWN.bob;
    const applicationId = 'shop00000000000000001';
    switch (number % 8) {
      case 6:
      case 7: {
        const error = { code: 'session.invalid_credentials', message: 'Incorrect password.' };
        return row(number, PASSWORD, { applicationId, result: 'Error', error });
      }
      case 4:
      case 5:
        return row(number, TOKEN, { applicationId, userId, result: 'Success' });
      default:
        return row(number, SIGN_IN, { applicationId, userId, result: 'Success' });
    }
  });
}

/** A sign-in of Ada's that comes after all of `knownRows`; `number` counts from 0. */
export function laterRow(number) {
  const applicationId = 'shop00000000000000001';
  return row(KNOWN.total + number, SIGN_IN, { applicationId, userId: KNOWN.ada, result: 'Success' });
}

/** Text that does harm wherever it is taken for more than text. */
export const HOSTILE = [
  '<script>window.harmed = true; alert(1)</script>',
  '"><img src="http://evil.example/x" onerror="alert(2)">',
  "'-alert(3)-'",
  'javascript:alert(4)',
  '</pre></td></table><iframe src="//evil.example"></iframe>',
  '{{ 7 * 7 }}${alert(5)}<!--',
  '//evil.example/%2e%2e/?a=b&c#d',
  '\u202Egnp.exe\u0000',
];

/** For each hostile text a failure and a success that carry it wherever a row has text. */
export function hostileRows() {
  return HOSTILE.flatMap((text, index) => {
    const everywhere = {
      userId: text,
      applicationId: `application ${text}`,
      sessionId: text,
      organizationId: text,
      ip: text,
      userAgent: text,
      [text]: text,
    };
    const error = { code: text, message: text };
    // An id with a control character would be refused, and the row with it.
    const id = `${index}${text}`.replace(/\p{Cc}/gu, '');
    return [
      row(2 * index, text, { ...everywhere, result: 'Error', error }, id),
      row(2 * index + 1, SIGN_IN, { ...everywhere, result: 'Success' }),
    ];
  });
}

export function ndjson(rows) {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
