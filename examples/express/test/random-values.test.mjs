// Random values for all that is read and written as text: Cookie headers, attributes, dates, targets.
// No server is needed.

import assert from 'node:assert/strict';
import FakeTimers from '@sinonjs/fake-timers';
import { original, subject } from './lib/implementations.mjs';
import { attempt } from './lib/look.mjs';
import { random } from './lib/random.mjs';
import { pairOf, signed, valueOf } from './lib/known.mjs';
import { NOW, SECRET } from './lib/world.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 300) * 10;
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const PIECES = [
  '=',
  ';',
  ' ',
  '\t',
  '"',
  '%',
  ',',
  '.',
  '+',
  '/',
  ':',
  '-',
  '_',
  '~',
  '<',
  '\\',
  'a',
  'Z',
  '0',
  'é',
  'ÿ',
  '\u00a0',
  '\u0100',
  '€',
  '\ud83d',
  '\ude00',
  '\u0000',
  '\u007f',
  '\r',
  '\n',
  '\ufeff',
  '%20',
  '%C3%BC',
  '%ED%A0%80',
  '%F0%9F%98%80',
  '%c3',
  '%zz',
  's:',
  's%3A',
  'connect.sid',
  'connect.sid=',
  '; ',
  '__proto__',
  'x'.repeat(70),
];
const HEADERS = [
  ...PIECES,
  pairOf('known'),
  valueOf('known'),
  `s:${signed('known')}`,
  pairOf('known', 'other'),
  valueOf('ü'),
  signed('known').slice(-5),
  '; connect.sid=',
  '=s%3A',
];
const WORDS = [
  ...PIECES,
  'example.com',
  '.example',
  'localhost',
  'a.',
  '-a',
  '/path',
  '/',
  'lax',
  'Strict',
  'none',
  'auto',
  'low',
  'MEDIUM',
  'high',
  true,
  false,
  null,
  undefined,
  0,
  1,
  'x'.repeat(300),
  {},
  ['/a'],
  7n,
  new Date(0),
];

/** Makes middlewares that can be called directly. Every id is in the store. */
function maker({ session }) {
  return (options) => {
    const store = new session.Store();
    store.get = (id, callback) => callback(null, { cookie: {} });
    store.set = (id, data, callback) => callback();
    return session({ secret: SECRET, resave: false, saveUninitialized: true, store, genid: () => 'new', ...options });
  };
}

/** What the middleware makes of a request that is only an object. */
function requestOf(middleware, { url = '/', originalUrl, headers = {} }) {
  const req = { url, originalUrl, headers, connection: {} };
  middleware(req, { writeHead() {}, end() {} }, () => {});
  return req;
}

/** Plays rounds with both; the first difference is told with what made it. */
function rounds(title, prepare, make) {
  it(title, () => {
    const clock = FakeTimers.install({ now: NOW, toFake: ['Date'] });
    try {
      const [wanted, tested] = [prepare(original), prepare(subject)];
      for (let round = 0; round < ROUNDS; round++) {
        const given = () => make(random(SEED + round));
        const [one, other] = [attempt(() => wanted(given())), attempt(() => tested(given()))];
        if (JSON.stringify(one) === JSON.stringify(other)) continue;
        assert.deepEqual(other, one, `SEED=${SEED + round} ROUNDS=1`);
      }
    } finally {
      clock.uninstall();
    }
  });
}

const text = ({ below, one }, pieces, most) => Array.from({ length: below(most) }, () => one(pieces)).join('');

describe(`random values, SEED=${SEED}`, () => {
  rounds(
    'Cookie headers',
    (implementation) => {
      const middleware = maker(implementation)();
      return (cookie) => requestOf(middleware, { headers: { cookie } }).sessionID;
    },
    (chance) => text(chance, HEADERS, 8),
  );

  rounds(
    'Cookie headers that are nearly right',
    (implementation) => {
      const middleware = maker(implementation)();
      return (cookie) => requestOf(middleware, { headers: { cookie } }).sessionID;
    },
    ({ below, one, maybe }) => {
      const whole = `a=1; ${maybe(0.5) ? pairOf('known') : `connect.sid="s:${signed('known')}"`}; b=2`;
      const at = below(whole.length);
      return whole.slice(0, at) + one(HEADERS) + whole.slice(at + below(3));
    },
  );

  rounds(
    'attributes',
    ({ session: { Cookie } }) =>
      ({ name, value, options }) => {
        const cookie = new Cookie(options);
        return [cookie.serialize(name, value), JSON.stringify(cookie), cookie.maxAge];
      },
    ({ below, one, maybe }) => {
      const names = [
        'path',
        'domain',
        'httpOnly',
        'secure',
        'sameSite',
        'partitioned',
        'priority',
        'originalMaxAge',
      ].filter(() => maybe(0.3));
      const word = () => (maybe(0.7) ? one(WORDS) : text({ below, one }, PIECES, 4));
      return {
        name: maybe(0.9) ? 'n' : String(word()),
        value: maybe(0.5) ? 'v' : text({ below, one }, PIECES, 5),
        options: Object.fromEntries(names.map((name) => [name, word()])),
      };
    },
  );

  rounds(
    'dates',
    ({ session: { Cookie } }) =>
      (time) => {
        const cookie = new Cookie({ expires: new Date(time) });
        return [cookie.serialize('n', 'v'), JSON.stringify(cookie), cookie.maxAge, cookie.originalMaxAge];
      },
    ({ below, one }) =>
      one([1, 1000, 86_400_000, 31_557_600_000, 3_155_760_000_000]) * (below(200_000) - 100_000) + below(1000),
  );

  rounds(
    'ages',
    ({ session: { Cookie } }) =>
      (maxAge) => {
        const cookie = new Cookie({ maxAge });
        const first = [attempt(() => cookie.serialize('n', 'v')), JSON.stringify(cookie), cookie.maxAge];
        cookie.maxAge = cookie.originalMaxAge;
        return [first, JSON.stringify(cookie), cookie.maxAge];
      },
    ({ below, one }) =>
      one([1, 0.1, 1 / 3, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18]) * (below(20_000) - 5000) + one([0, 0.5, 1e-9]),
  );

  rounds(
    'paths and targets',
    (implementation) => {
      const make = maker(implementation);
      return ({ path, ...request }) => typeof requestOf(make({ cookie: { path } }), request).session;
    },
    (chance) => {
      const parts = [
        '/',
        '/',
        'admin',
        'ADMIN',
        '?',
        '#',
        '//',
        'a',
        '.',
        '..',
        '%61',
        '%2F',
        ';',
        '@',
        'http://host',
        '*',
        'é',
        '€',
        '&',
        '=',
      ];
      const target = () => text(chance, parts, 6);
      return {
        path: text(chance, ['/', 'admin', 'a', '?', ''], 3),
        url: chance.maybe(0.7) ? `/${target()}` : target(),
        originalUrl: chance.maybe(0.5) ? undefined : `/${target()}`,
      };
    },
  );

  rounds(
    'forwarded protocols',
    (implementation) => {
      const middleware = maker(implementation)({ proxy: true, cookie: { secure: 'auto' } });
      return (proto) => requestOf(middleware, { headers: { 'x-forwarded-proto': proto } }).session.cookie.secure;
    },
    (chance) => text(chance, ['https', 'HTTPS', 'Http', ',', ' ', '\t', 's', '\u00a0', 'é', 'ÿ', '\v', '\f'], 4),
  );

  rounds(
    'ids',
    (implementation) => {
      let id;
      const middleware = maker(implementation)({ genid: () => id });
      return (given) => {
        id = given;
        const req = { url: '/', headers: {}, connection: {} };
        const lines = [];
        const res = {
          _header: null,
          getHeader() {},
          setHeader: (name, value) => lines.push([name, value]),
          write: () => true,
          end() {
            return this.writeHead(200);
          },
          _implicitHeader() {
            this.writeHead(200);
          },
          writeHead() {
            this._header = 'x';
          },
        };
        middleware(req, res, () => {});
        res.end();
        return [lines, req.sessionID];
      };
    },
    (chance) => text(chance, PIECES, 6),
  );
});
