// Several requests on one store, as a browser and its neighbours make them. A trace whose options change, or whose
// next cookie is the one just sent, takes several lines: each begins with the store that the one before left.

import { answerNow } from '../express.mjs';
import { NOW, SID, cookieFor, document, exchangeOf, known, randomHex, set, step } from '../lib/fixtures.mjs';

const MINUTE = 60_000;
const AGED = { cookie: { maxAge: MINUTE } };
const STORE = { [SID]: document({ views: 1 }, MINUTE, NOW) };
const OTHER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ987654';

export function* cases() {
  yield* one();
  for (const [name, trace] of Object.entries(TRACES)) yield* chained(name, trace);
}

/** Traces that need one request only: the browser's cookie does not change. */
const ONE = {
  'a visit every half minute keeps the session': [AGED, STORE, visits([0, 30, 60, 90, 120])],
  'a visit after exactly the maxAge is too late': [AGED, STORE, visits([0, 60])],
  'a visit 1 ms before is in time': [AGED, STORE, visits([0, 59.999])],
  'expired, then the same cookie again: a new id each time': [AGED, STORE, visits([61, 62, 63])],
  'expired and modified: the old cookie does not find the new session': [AGED, STORE, visits([61, 62], [set('a', 1)])],
  'rolling sends the cookie each time': [{ ...AGED, rolling: true }, STORE, visits([0, 30, 60, 90])],
  'rolling without an expiry': [{ rolling: true }, { [SID]: document() }, visits([0, 1, 2])],
  'rolling, then expired': [{ ...AGED, rolling: true }, STORE, visits([0, 59, 120])],
  'resave writes each time': [{ ...AGED, resave: true }, STORE, visits([0, 30, 60])],
  'resave, then expired': [{ ...AGED, resave: true, saveUninitialized: true }, STORE, visits([0, 61])],
  'only modified requests send the cookie': [
    AGED,
    STORE,
    [known({ ops: [set('a', 1)] }), at(10), at(20, [set('a', 1)]), at(30, [set('a', 2)])],
  ],
  'a counter': [AGED, STORE, [1, 2, 3, 4].map((n) => at(n, [set('views', n)]))],
  'a counter with maxAge 0': [
    {},
    { [SID]: document({ n: 0 }, 0, NOW + 1000) },
    [at(0, [set('n', 1)]), at(1, [set('n', 2)])],
  ],
  'save twice, then read': [AGED, STORE, [at(0, [set('a', 1), ['save'], set('a', 2), ['save']]), at(1)]],
  'save, change back, then read': [AGED, STORE, [at(0, [set('views', 2), ['save'], set('views', 1)]), at(1)]],
  'save and unset: what was saved stays': [AGED, STORE, [at(0, [set('a', 1), ['save'], ['unset']]), at(1)]],
  'destroy, then the same cookie': [AGED, STORE, [at(0, [['destroy']]), at(1), at(2, [set('a', 1)])]],
  'unset with keep, then the same cookie': [AGED, STORE, [at(0, [set('a', 1), ['unset']]), at(1)]],
  'unset with destroy, then the same cookie': [{ ...AGED, unset: 'destroy' }, STORE, [at(0, [['unset']]), at(1)]],
  'destroy and unset with destroy, then the same cookie': [
    { ...AGED, unset: 'destroy' },
    STORE,
    [at(0, [['destroy'], ['unset']]), at(1)],
  ],
  'regenerate, then the old cookie': [AGED, STORE, [at(0, [['regenerate'], set('user', 'ann')]), at(1)]],
  'regenerate twice, then the old cookie': [AGED, STORE, [at(0, [['regenerate'], ['regenerate']]), at(1)]],
  'regenerate, save, then the old cookie': [AGED, STORE, [at(0, [['regenerate'], ['save']]), at(1)]],
  'regenerate, destroy, then the old cookie': [AGED, STORE, [at(0, [['regenerate'], ['destroy']]), at(1)]],
  'another request writes between two of ours': [
    AGED,
    STORE,
    [at(0), at(1, [['put', SID, document({ views: 7 }, MINUTE, NOW)]]), at(2), at(3, [set('a', 1)])],
  ],
  'another request writes while ours runs: last one wins': [
    AGED,
    STORE,
    [at(0, [set('a', 1), ['put', SID, document({ b: 1 }, MINUTE, NOW)], ['save']]), at(1)],
  ],
  'another request writes after our save': [
    AGED,
    STORE,
    [at(0, [set('a', 1), ['save'], ['put', SID, document({ b: 1 }, MINUTE, NOW)]]), at(1)],
  ],
  'another request deletes while ours reads': [AGED, STORE, [at(0, [['put', SID, null]]), at(1)]],
  'another request deletes while ours writes: it comes back': [
    AGED,
    STORE,
    [at(0, [['put', SID, null], set('a', 1)]), at(1)],
  ],
  'another request deletes, resave brings it back': [
    { ...AGED, resave: true },
    STORE,
    [at(0, [['put', SID, null]]), at(1)],
  ],
  'another request deletes, rolling sends a cookie for nothing': [
    { ...AGED, rolling: true },
    STORE,
    [at(0, [['put', SID, null]]), at(1)],
  ],
  'another request deletes after our save': [AGED, STORE, [at(0, [set('a', 1), ['save'], ['put', SID, null]]), at(1)]],
  'another request logs out, ours regenerates': [
    AGED,
    STORE,
    [at(0, [['put', SID, null], ['regenerate'], set('user', 'ann')]), at(1)],
  ],
  'reload sees what another wrote': [
    AGED,
    STORE,
    [at(0, [['put', SID, document({ views: 7 }, MINUTE, NOW)], ['reload'], set('mine', 1)]), at(1)],
  ],
  'reload of what another wrote counts as modified': [
    AGED,
    STORE,
    [at(0, [['put', SID, document({ views: 7 }, MINUTE, NOW)], ['reload']]), at(1)],
  ],
  'the session expires while the handler runs': [AGED, STORE, [at(0, [['advance', 2 * MINUTE]]), at(121)]],
  'the session expires while the handler runs, and is written': [
    AGED,
    STORE,
    [at(0, [['advance', 2 * MINUTE], set('a', 1)]), at(121)],
  ],
  'a slow handler counts from its end': [AGED, STORE, [at(0, [['advance', 30_000], set('a', 1)]), at(89), at(150)]],
  'maxAge of one session is prolonged': [
    AGED,
    STORE,
    [at(0, [['maxAge', 10 * MINUTE], set('remember', true)]), at(300), at(899), at(1500)],
  ],
  'maxAge prolonged without a modification: touch keeps it': [AGED, STORE, [at(0, [['maxAge', 10 * MINUTE]]), at(300)]],
  'maxAge null: for ever from now on': [AGED, STORE, [at(0, [['maxAge', null], set('a', 1)]), at(1_000_000)]],
  'two sessions do not touch each other': [
    AGED,
    { ...STORE, [OTHER]: document({ views: 5 }, MINUTE, NOW) },
    [at(0, [set('a', 1)]), step({ now: NOW + 1, cookie: cookieFor(OTHER), ops: [['destroy']] }), at(2)],
  ],
  'sessions of two paths': [
    { cookie: { maxAge: MINUTE, path: '/shop' } },
    STORE,
    [known({ path: '/' }), known({ path: '/shop/cart', ops: [set('cart', [1])] }), known({ path: '/shopping' })],
  ],
  'a forged cookie does not touch the session': [
    AGED,
    STORE,
    [step({ cookie: cookieFor(SID, 'guess'), ops: [set('a', 1)] }), at(1)],
  ],
  'anonymous visitors fill the store': [
    { ...AGED, saveUninitialized: true },
    {},
    [1, 2, 3].map((n) => step({ now: NOW + n, random_hex: [randomHex(n)] })),
  ],
  'expired sessions of others stay in the store': [
    { ...AGED, saveUninitialized: true },
    {},
    [1, 2].map((n) => step({ now: NOW + n * 2 * MINUTE, random_hex: [randomHex(n)] })),
  ],
  'an old document gets its cookie fields written anew': [
    AGED,
    {
      [SID]: `{"lastAccess":1.0e3,"cookie":{"path":"/","httpOnly":true,"expires":"2023-11-14T22:14:00Z","originalMaxAge":6e4},"2":1}`,
    },
    [at(0), at(1, [set('a', 1)]), at(2)],
  ],
  'a document without originalMaxAge loses its expiry': [
    AGED,
    { [SID]: '{"cookie":{"expires":"2023-11-14T22:14:00.000Z","httpOnly":true,"path":"/"}}' },
    [at(0), at(100), at(1000, [set('a', 1)])],
  ],
  'a fraction of a maxAge becomes whole': [
    AGED,
    { [SID]: '{"cookie":{"originalMaxAge":1000.9,"expires":null,"httpOnly":true,"path":"/"}}' },
    [at(0), at(0.5, [set('a', 1)])],
  ],
  'a refused name is dropped by the first set, which comes at once': [
    AGED,
    { [SID]: document({ id: 'x', a: 1 }, MINUTE, NOW) },
    [at(0), at(1)],
  ],
};

function* one() {
  for (const [name, [options, store, steps]] of Object.entries(ONE))
    yield [name, exchangeOf({ options, store, steps })];
}

/** Traces of several lines: functions of the ids drawn, each answering `[options, steps]` lines. */
const TRACES = {
  'secrets rotate': [
    () => [{ ...AGED, secret: 'first' }, [step({ ops: [set('user', 'ann')] })]],
    (sid) => [{ ...AGED, secret: ['second', 'first'] }, [step({ now: NOW + 1, cookie: cookieFor(sid, 'first') })]],
    (sid) => [
      { ...AGED, secret: ['second', 'first'] },
      [step({ now: NOW + 2, cookie: cookieFor(sid, 'first'), ops: [set('views', 1)] })],
    ],
    (sid) => [
      { ...AGED, secret: ['third', 'second'] },
      [step({ now: NOW + 3, cookie: cookieFor(sid, 'second'), ops: [set('views', 2)] })],
    ],
    (sid) => [{ ...AGED, secret: ['third', 'second'] }, [step({ now: NOW + 4, cookie: cookieFor(sid, 'first') })]],
  ],
  'secrets rotate, rolling signs anew': [
    () => [{ ...AGED, rolling: true, secret: 'first' }, [step({ ops: [set('user', 'ann')] })]],
    (sid) => [
      { ...AGED, rolling: true, secret: ['second', 'first'] },
      [step({ now: NOW + 1, cookie: cookieFor(sid, 'first') })],
    ],
    (sid) => [{ ...AGED, rolling: true, secret: 'second' }, [step({ now: NOW + 2, cookie: cookieFor(sid, 'second') })]],
  ],
  'secret in text, then in hex': [
    () => [{ secret: 'first' }, [step({ ops: [set('user', 'ann')] })]],
    (sid) => [
      { secret: ['second', { hex: Buffer.from('first').toString('hex') }] },
      [step({ cookie: cookieFor(sid, 'first'), ops: [set('a', 1)] })],
    ],
  ],
  'login': [
    () => [AGED, [step({ ops: [set('returnTo', '/account')] })]],
    (sid) => [
      AGED,
      [
        step({
          now: NOW + 1000,
          cookie: cookieFor(sid),
          random_hex: [randomHex(9)],
          ops: [['renew'], set('user', 'ann'), ['save']],
        }),
      ],
    ],
    (sid) => [AGED, [step({ now: NOW + 2000, cookie: cookieFor(sid) })]],
    (sid) => [AGED, [step({ now: NOW + 3000, cookie: cookieFor(sid), ops: [['destroy']] })]],
    (sid) => [AGED, [step({ now: NOW + 4000, cookie: cookieFor(sid) })]],
  ],
  'options of the cookie change, the stored ones stay': [
    () => [{ cookie: { maxAge: MINUTE, sameSite: 'lax' } }, [step({ ops: [set('a', 1)] })]],
    (sid) => [
      { cookie: { maxAge: 2 * MINUTE, sameSite: 'strict', secure: true } },
      [step({ now: NOW + 1, cookie: cookieFor(sid), ops: [set('a', 2)] })],
    ],
    (sid) => [
      { cookie: { maxAge: 2 * MINUTE, sameSite: 'strict' } },
      [step({ now: NOW + 2, cookie: cookieFor(sid), random_hex: [randomHex(9)], ops: [['regenerate']] })],
    ],
  ],
  'resave and saveUninitialized are switched': [
    () => [{ ...AGED, saveUninitialized: true }, [step()]],
    (sid) => [{ ...AGED, resave: true }, [step({ now: NOW + 1, cookie: cookieFor(sid) })]],
    (sid) => [{ ...AGED, rolling: true }, [step({ now: NOW + 2, cookie: cookieFor(sid) })]],
    (sid) => [{ ...AGED, unset: 'destroy' }, [step({ now: NOW + 3, cookie: cookieFor(sid), ops: [['unset']] })]],
  ],
  'auto on both sides of a proxy': [
    () => [
      { cookie: { maxAge: MINUTE, secure: 'auto', sameSite: 'auto' } },
      [step({ encrypted: true, ops: [set('a', 1)] })],
    ],
    (sid) => [
      { cookie: { maxAge: MINUTE, secure: 'auto', sameSite: 'auto' } },
      [step({ now: NOW + 1, cookie: cookieFor(sid), ops: [set('a', 2)] })],
    ],
    (sid) => [
      { cookie: { maxAge: MINUTE, secure: 'auto', sameSite: 'auto' } },
      [step({ now: NOW + 2, cookie: cookieFor(sid), random_hex: [randomHex(9)], ops: [['regenerate']] })],
    ],
  ],
  'regenerate and save, followed by the new cookie': [
    () => [AGED, [step({ ops: [set('a', 1)] })]],
    (sid) => [
      AGED,
      [
        step({
          now: NOW + 1,
          cookie: cookieFor(sid),
          random_hex: [8, 9].map(randomHex),
          ops: [['regenerate'], ['regenerate'], set('b', 1), ['save'], set('b', 2)],
        }),
      ],
    ],
    (sid) => [AGED, [step({ now: NOW + 2, cookie: cookieFor(sid) })]],
    (sid) => [AGED, [step({ now: NOW + 2 + MINUTE, cookie: cookieFor(sid), random_hex: [randomHex(10)] })]],
  ],
  'a session without data is never stored, its cookie never sent': [
    () => [AGED, [step()]],
    () => [AGED, [step({ ops: [['save']] })]],
    (sid) => [AGED, [step({ now: NOW + 1, cookie: cookieFor(sid) })]],
  ],
};

function* chained(name, trace) {
  let store = {};
  let sid = null;
  for (const [i, line] of trace.entries()) {
    const [options, steps] = line(sid);
    const request = exchangeOf({ options, store, steps });
    yield [`${name}, ${i + 1} of ${trace.length}`, request];
    const { ok } = answerNow(JSON.parse(JSON.stringify(request)));
    store = ok.store;
    sid = ok.steps.at(-1).session_id ?? sid;
  }
}

// Requests with the cookie of SID, so many seconds after NOW.
function visits(seconds, ops = []) {
  return seconds.map((second) => at(second, ops));
}

function at(second, ops = []) {
  return known({
    now: NOW + Math.round(second * 1000),
    ops,
    random_hex: [randomHex(second * 10), randomHex(second * 10 + 1)],
  });
}
