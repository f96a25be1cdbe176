// Keys as a Logto makes them, and tokens signed with them.

import { createSign, generateKeyPairSync } from 'node:crypto';

/** A new key: `jwk` is what its owner publishes, `sign` makes a token of claims. */
export function signer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'current', use: 'sig', alg: 'ES384' };
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (claims) => {
    const signed = `${encode({ alg: 'ES384', typ: 'at+jwt', kid: jwk.kid })}.${encode(claims)}`;
    const signature = createSign('SHA384').update(signed);
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
    return `${signed}.${signature.sign(key).toString('base64url')}`;
  };
  return { jwk, sign };
}
