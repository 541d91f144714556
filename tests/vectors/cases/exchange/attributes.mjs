// Options, and what they make of the cookie that is sent and of the document that is stored.

import { NOW, SECRET, SID, cookieFor, document, exchangeOf, known, set, step } from '../../lib/fixtures.mjs';

const MODIFY = [set('a', 1)];
const bare = { resave: undefined, saveUninitialized: undefined };

export function* cases() {
  yield* automatic();
  yield* paths();
  yield* each();
  yield* names();
  yield* ages();
  yield* defaults();
}

function* automatic() {
  for (const encrypted of [false, true]) {
    for (const secure of [undefined, 'auto', true, false]) {
      for (const sameSite of [undefined, 'auto', 'lax', 'none']) {
        const steps = [step({ encrypted, ops: MODIFY })];
        const name = `new session: encrypted ${encrypted}, secure ${secure}, sameSite ${sameSite}`;
        yield [name, exchangeOf({ options: { cookie: { secure, sameSite } }, steps })];
      }
    }
    const options = { cookie: { secure: 'auto', sameSite: 'auto', maxAge: 60_000 }, rolling: true };
    const again = known({ encrypted, ops: MODIFY });
    yield [
      `auto is not resolved for a loaded session, encrypted ${encrypted}`,
      exchangeOf({ options, store: { [SID]: document({}, 60_000) }, steps: [again] }),
    ];
    yield [
      `auto is resolved when regenerated, encrypted ${encrypted}`,
      exchangeOf({ options, store: { [SID]: document({}, 60_000) }, steps: [{ ...again, ops: [['regenerate']] }] }),
    ];
    const stored = JSON.stringify({
      cookie: {
        originalMaxAge: 60_000,
        expires: new Date(NOW + 1000).toISOString(),
        secure: true,
        httpOnly: true,
        path: '/',
        sameSite: 'none',
      },
    });
    yield [
      `stored secure true wins, encrypted ${encrypted}`,
      exchangeOf({ options, store: { [SID]: stored }, steps: [again] }),
    ];
  }
}

function* paths() {
  const targets = [
    '/',
    '/admin',
    '/admin/',
    '/administrator',
    '/adm',
    '/ADMIN',
    '/admin?x=1',
    '/?p=/admin',
    '/admin%2Fx',
    '/%61dmin',
    '//admin',
    '/a/admin',
    '/admin/x/y?q#',
    '/admin/../x',
  ].filter((path) => !path.includes('#'));
  for (const path of ['/admin', '/admin/']) {
    for (const target of targets) {
      yield [
        `path ${path}, target ${target}`,
        exchangeOf({
          options: { cookie: { path } },
          steps: [step({ path: target, ops: hasSession(path, target) ? MODIFY : [] })],
        }),
      ];
    }
  }
  for (const path of ['', '/', 'admin', '/%61', '/a?']) {
    for (const target of ['/', '/admin', '/%61', '/a?b']) {
      yield [
        `path "${path}", target ${target}`,
        exchangeOf({
          options: { cookie: { path } },
          steps: [step({ path: target, ops: hasSession(path, target) ? MODIFY : [] })],
        }),
      ];
    }
  }
  const elsewhere = {
    options: { cookie: { path: '/admin' }, resave: true, saveUninitialized: true, rolling: true, unset: 'destroy' },
    store: { [SID]: document() },
  };
  yield ['path elsewhere: a known session is left alone', exchangeOf({ ...elsewhere, steps: [known({ path: '/' })] })];
  yield [
    'path elsewhere: an expired session stays',
    exchangeOf({ ...elsewhere, store: { [SID]: document({}, 1) }, steps: [known({ path: '/' })] }),
  ];
  yield [
    'path elsewhere: broken JSON is not read',
    exchangeOf({ ...elsewhere, store: { [SID]: '{' }, steps: [known({ path: '/' })] }),
  ];
}

// Only to give no operation to a handler that has no session; the reply is the package's.
function hasSession(path, target) {
  return target.split('?')[0].startsWith(path || '/');
}

function* each() {
  const given = {
    'domain': { domain: 'example.com' },
    'domain with a dot': { domain: '.example.com' },
    'domain in capitals': { domain: 'EXAMPLE.com' },
    'domain empty': { domain: '' },
    'path': { path: '/' },
    'path empty': { path: '' },
    'httpOnly false': { httpOnly: false },
    'httpOnly true': { httpOnly: true },
    'secure false': { secure: false },
    'partitioned': { partitioned: true },
    'partitioned false': { partitioned: false },
    'priority low': { priority: 'low' },
    'priority Medium': { priority: 'Medium' },
    'priority HIGH': { priority: 'HIGH' },
    'priority empty': { priority: '' },
    'sameSite true': { sameSite: true },
    'sameSite false': { sameSite: false },
    'sameSite Lax': { sameSite: 'Lax' },
    'sameSite STRICT': { sameSite: 'STRICT' },
    'sameSite None': { sameSite: 'None' },
    'sameSite empty': { sameSite: '' },
    'nothing': {},
    'everything, in reverse': {
      sameSite: 'lax',
      path: '/',
      domain: 'example.com',
      httpOnly: true,
      secure: false,
      priority: 'high',
      partitioned: true,
      maxAge: 60_000,
    },
  };
  for (const [what, cookie] of Object.entries(given)) {
    yield [
      `attribute: ${what}`,
      exchangeOf({ options: { cookie: { maxAge: 60_000, ...cookie } }, steps: [step({ ops: MODIFY })] }),
    ];
  }
  yield [
    'attribute: everything, encrypted',
    exchangeOf({
      options: { cookie: { ...given['everything, in reverse'], secure: true } },
      steps: [step({ encrypted: true, ops: MODIFY })],
    }),
  ];
  yield [
    'attribute: secure is saved but not sent',
    exchangeOf({ options: { cookie: { secure: true } }, steps: [step({ ops: MODIFY })] }),
  ];
}

function* names() {
  for (const name of [
    'sid',
    '__Host-sid',
    '__Secure-sid',
    "!#$%&'*+-.^_`|~",
    '0',
    'connect.SID',
    'a%41',
    'n'.repeat(100),
  ]) {
    const made = { options: { name, cookie: { maxAge: 60_000 } }, store: { [SID]: document({ a: 0 }, 60_000) } };
    yield [`name: ${name}, new`, exchangeOf({ ...made, steps: [step({ ops: MODIFY })] })];
    yield [
      `name: ${name}, loaded`,
      exchangeOf({ ...made, steps: [step({ cookie: cookieFor(SID, SECRET, name), ops: MODIFY })] }),
    ];
  }
  const store = { [SID]: document() };
  yield ['name: empty is connect.sid', exchangeOf({ options: { name: '' }, store, steps: [known()] })];
  yield [
    'name: other case is another cookie',
    exchangeOf({ options: { name: 'SID' }, store, steps: [step({ cookie: cookieFor(SID, SECRET, 'sid') })] }),
  ];
  yield [
    'name: not decoded in the header',
    exchangeOf({ options: { name: 'sid' }, store, steps: [step({ cookie: cookieFor(SID, SECRET, '%73id') })] }),
  ];
}

function* ages() {
  for (const maxAge of [0, -1, -60_000, 1, 999, 31_536_000_000, 250_000_000_000_000, null]) {
    const options = { cookie: { maxAge } };
    yield [`maxAge ${maxAge}: new`, exchangeOf({ options, steps: [step({ ops: MODIFY })] })];
    yield [
      `maxAge ${maxAge}: new, and the next request`,
      exchangeOf({
        options,
        steps: [
          step({ ops: MODIFY }),
          step({ now: NOW + 1, cookie: cookieFor(newId()), random_hex: ['ab'.repeat(24)] }),
        ],
      }),
    ];
    yield [
      `maxAge ${maxAge}: does not reach a loaded session`,
      exchangeOf({ options, store: { [SID]: document({}, 60_000) }, steps: [known({ ops: MODIFY })] }),
    ];
  }
  for (const now of [0, -1, 1, -62167219200000, 253402300799999, 253402300800000, 8.64e15 - 60_000]) {
    yield [
      `clock at ${now}`,
      exchangeOf({ options: { cookie: { maxAge: 60_000 } }, steps: [step({ now, ops: MODIFY })] }),
    ];
  }
}

function* defaults() {
  const store = { [SID]: document({ a: 0 }, 60_000) };
  yield ['defaults: resave and saveUninitialized are true, new', exchangeOf({ options: bare, steps: [step()] })];
  yield [
    'defaults: resave and saveUninitialized are true, loaded',
    exchangeOf({ options: bare, store, steps: [known()] }),
  ];
  yield ['defaults: only a secret, modified', exchangeOf({ options: bare, store, steps: [known({ ops: MODIFY })] })];
  yield [
    'defaults: cookie is an empty object',
    exchangeOf({ options: { cookie: {} }, store, steps: [known({ ops: MODIFY })] }),
  ];
  yield ['defaults: unset is keep', exchangeOf({ store, steps: [known({ ops: [['unset']] })] })];
  yield ['no steps', exchangeOf({ store, steps: [] })];
}

// The id that step() draws first.
function newId() {
  return Buffer.from(step().random_hex[0], 'hex').toString('base64url');
}
