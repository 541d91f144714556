// Every combination of what decides about a request: 1,536 rows.

import { NOW, SECRET, SID, cookieFor, document, exchangeOf, randomHex, set, step } from '../lib/fixtures.mjs';

const BOOLEANS = [false, true];
const OPTIONS = BOOLEANS.flatMap((resave) =>
  BOOLEANS.flatMap((rolling) =>
    BOOLEANS.flatMap((saveUninitialized) =>
      ['keep', 'destroy'].map((unset) => ({ resave, rolling, saveUninitialized, unset })),
    ),
  ),
);

/** What the browser sends, and whether the store has that session. */
const COOKIES = {
  none: { cookie: null, stored: false },
  loaded: { cookie: cookieFor(), stored: true },
  gone: { cookie: cookieFor(), stored: false },
  forged: { cookie: cookieFor(SID, 'guessed'), stored: true },
};

/** What the handler does, given its modification (one operation or none). */
const ACTIONS = {
  nothing: (modify) => modify,
  saveBefore: (modify) => [['save'], ...modify],
  saveAfter: (modify) => [...modify, ['save']],
  regenerate: (modify) => [...modify, ['regenerate']],
  destroy: (modify) => [...modify, ['destroy']],
  unset: (modify) => [...modify, ['unset']],
};

export function* cases() {
  for (const options of OPTIONS) {
    for (const [browser, { cookie, stored }] of Object.entries(COOKIES)) {
      for (const maxAge of [null, 60_000]) {
        for (const modify of BOOLEANS) {
          for (const [action, opsOf] of Object.entries(ACTIONS)) {
            const ops = opsOf(modify ? [set('views', 2)] : []);
            const store = stored ? { [SID]: document({ views: 1 }, maxAge, NOW - 20_000) } : {};
            const steps = [step({ cookie, ops, random_hex: idsFor(browser, action) })];
            const row = { ...options, cookie: browser, maxAge, modify, action };
            yield [
              nameOf(row),
              exchangeOf({ options: { ...options, secret: SECRET, cookie: { maxAge } }, store, steps }),
            ];
          }
        }
      }
    }
  }
}

// No more than are drawn: one for a new session, one to regenerate it.
function idsFor(browser, action) {
  const drawn = (browser === 'loaded' ? 0 : 1) + (action === 'regenerate' ? 1 : 0);
  return [1, 2].slice(0, drawn).map(randomHex);
}

function nameOf(row) {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
