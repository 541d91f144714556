// Keys as Key::derive makes them, by Node's own HKDF. They are not Express's: `answer` stands in for the reference.

import { createHmac, hkdfSync } from 'node:crypto';

import { SECRET, SID, short } from '../lib/fixtures.mjs';

const LONG = 'a secret of more than 32 bytes, out of the configuration';
const PURPOSES = ['session cookie', 'session handle', '', 'p', 'csrf', 'é', '日本語', '\u0000', 'x'.repeat(64), 'x'.repeat(300)];
const NAMES = ['connect.sid', '__Host-id', '', 's', 'n'.repeat(127)];
// Without the lengths, each of these would be the info of the first.
const CUTS = [
  ['session cookie', 'id'],
  ['session cooki', 'eid'],
  ['session cookiei', 'd'],
  ['session cookieid', ''],
  ['', 'session cookieid'],
];

export function* cases() {
  for (const purpose of PURPOSES) {
    for (const name of NAMES) {
      yield [`purpose "${short(purpose)}", name "${short(name)}"`, request({ secret: LONG }, purpose, name)];
    }
  }
  for (const [purpose, name] of CUTS) {
    yield [`cut: "${purpose}" and "${name}"`, request({ secret: LONG }, purpose, name)];
  }
  for (const length of [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 127, 128, 300]) {
    yield [`secret of ${length}`, request({ secret: 'k'.repeat(length) })];
    yield [`hex secret of ${length}`, request({ secret_hex: 'f0'.repeat(length) })];
  }
  yield ['secret: keyboard cat', request({ secret: SECRET })];
  yield ['secret: 32 bytes in 16 characters', request({ secret: 'é'.repeat(16) })];
  yield ['secret: 31 bytes in 16 characters', request({ secret: `${'é'.repeat(15)}e` })];
  yield ['secret: filled up with NUL', request({ secret: `${LONG}\u0000` })];
  for (const text of ['', 'a.b', 'é', 'x'.repeat(64)]) {
    yield [`text "${short(text)}"`, request({ secret: LONG }, 'session cookie', 'id', text)];
  }
}

export function answer({ secret, secret_hex, purpose, name, text }) {
  const bytes = secret === undefined ? Buffer.from(secret_hex, 'hex') : Buffer.from(secret);
  if (bytes.length < 32) return { error: { kind: 'secret_too_short' } };
  const info = Buffer.concat([purpose, name].flatMap((part) => [lengthOf(part), Buffer.from(part)]));
  const key = Buffer.from(hkdfSync('sha256', bytes, 'session-core key v1', info, 32));
  const signature = createHmac('sha256', key).update(text).digest('base64').replace(/=+$/, '');
  return { ok: { key: key.toString('hex'), signature } };
}

function request(secret, purpose = 'session cookie', name = 'connect.sid', text = SID) {
  return { ...secret, purpose, name, text };
}

function lengthOf(text) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(Buffer.byteLength(text)));
  return bytes;
}
