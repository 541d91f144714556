// Requests on every stored document: left alone, modified, and with the cookie sent again.

import { BROKEN, DOCUMENTS, NOTHING } from '../../lib/documents.mjs';
import { NOW, SID, document, exchangeOf, known, set } from '../../lib/fixtures.mjs';

// Their size would only be copied; `records` has them.
const LARGE = ['data: nested 500', 'data: many names', 'text: long'];

// express-session stores nulls for these as long as it does not send the cookie; the protocol makes them an error.
const UNSETTLED = ['beyond Date', '1e300'].map((age) => `originalMaxAge fails at the end of a request: ${age}`);

export function* cases() {
  for (const [name, json] of Object.entries({ ...DOCUMENTS, ...NOTHING })) {
    if (LARGE.includes(name)) continue;
    const store = { [SID]: json };
    if (!UNSETTLED.includes(name)) yield [`left alone, ${name}`, exchangeOf({ store, steps: [known()] })];
    if (name.startsWith('number') || name.startsWith('text')) continue;
    yield [`modified, ${name}`, exchangeOf({ store, steps: [known({ ops: [set('more', 1)] })] })];
    yield [
      `rolling and encrypted, ${name}`,
      exchangeOf({
        options: { rolling: true, resave: true, cookie: { maxAge: 1000, secure: true } },
        store,
        steps: [known({ encrypted: true })],
      }),
    ];
  }
  for (const [name, json] of Object.entries(BROKEN))
    yield [`broken, ${name}`, exchangeOf({ store: { [SID]: json }, steps: [known()] })];
  yield* besides();
}

function* besides() {
  const odd = { a: ' {"cookie" : {} } ', b: 'not JSON', c: '', '1': 'null' };
  yield [
    'documents that nobody asks for stay as they are',
    exchangeOf({ store: { ...odd, [SID]: document() }, steps: [known({ ops: [set('a', 1)] })] }),
  ];
  yield [
    'an expired document that nobody asks for stays',
    exchangeOf({ store: { a: document({}, 1), [SID]: document() }, steps: [known()] }),
  ];
  const expiring = document({ a: 1 }, 30_000, NOW - 30_000);
  for (const by of [-1, 0, 1]) {
    yield [
      `expiry ${by} ms from its moment`,
      exchangeOf({
        options: { cookie: { maxAge: 30_000 } },
        store: { [SID]: expiring },
        steps: [known({ now: NOW + by, ops: [set('b', 2)] })],
      }),
    ];
  }
}
