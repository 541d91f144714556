// What makes the whole reply an error.

import { NOW, SID, cookieFor, document, exchangeOf, known, randomHex, set, step } from '../../lib/fixtures.mjs';

const MODIFY = [set('a', 1)];
const STORE = { [SID]: document({ a: 0 }, 60_000) };

export function* cases() {
  yield* options();
  yield* secrets();
  yield* operations();
  yield* noSession();
  yield* expiries();
  yield* random();
  yield* fields();
}

function* options() {
  const bad = {
    'unknown': { colour: 'red' },
    'store': { store: {} },
    'genid': { genid: 'x' },
    'proxy': { proxy: true },
    'key for name': { key: 'sid' },
    'unset': { unset: 'maybe' },
    'resave is text': { resave: 'yes' },
    'rolling is a number': { rolling: 1 },
    'name is a number': { name: 1 },
    'unset is a boolean': { unset: true },
    'cookie is text': { cookie: 'a=b' },
    'cookie unknown': { cookie: { colour: 'red' } },
    'cookie expires': { cookie: { expires: NOW } },
    'cookie originalMaxAge': { cookie: { originalMaxAge: 1 } },
    'cookie maxAge is text': { cookie: { maxAge: '60000' } },
    'cookie maxAge is a fraction': { cookie: { maxAge: 0.5 } },
    'cookie path is a number': { cookie: { path: 1 } },
    'cookie httpOnly is text': { cookie: { httpOnly: 'yes' } },
    'cookie secure is a number': { cookie: { secure: 1 } },
    'cookie sameSite is a number': { cookie: { sameSite: 1 } },
    'cookie domain': { cookie: { domain: 'a_b' } },
    'cookie domain with an attribute': { cookie: { domain: 'a; Path=/' } },
    'cookie path with a semicolon': { cookie: { path: '/;' } },
    'cookie priority': { cookie: { priority: 'urgent' } },
    'cookie sameSite': { cookie: { sameSite: 'maybe' } },
    'name with a space': { name: 'a b' },
    'name with a semicolon': { name: 'a;b' },
    'name with a line feed': { name: 'a\n' },
    'name in UTF-8': { name: 'é' },
  };
  for (const [what, given] of Object.entries(bad)) {
    // The path of the option is also what the request must begin with.
    const path = given.cookie?.path === '/;' ? '/;' : '/';
    yield [`refused option: ${what}`, exchangeOf({ options: given, steps: [step({ path, ops: MODIFY })] })];
  }
}

function* secrets() {
  for (const [what, secret] of Object.entries({
    'none': undefined,
    'empty': '',
    'empty hex': { hex: '' },
    'empty list': [],
    'null': null,
    'a number': 1,
    'a number in a list': ['a', 1],
    'null in a list': ['a', null],
    'bad hex': { hex: 'xyz' },
    'an object': { text: 'a' },
    'true': true,
  })) {
    yield [`refused secret: ${what}`, exchangeOf({ options: { secret }, steps: [step({ ops: MODIFY })] })];
  }
}

function* operations() {
  const reserved = [
    'cookie',
    'id',
    'req',
    'save',
    'touch',
    'reload',
    'destroy',
    'regenerate',
    'resetMaxAge',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__lookupGetter__',
  ];
  for (const name of reserved) {
    yield [`refused: set ${name}`, exchangeOf({ store: STORE, steps: [known({ ops: [set(name, 1)] })] })];
    yield [`refused: del ${name}`, exchangeOf({ store: STORE, steps: [known({ ops: [['del', name]] })] })];
  }
  const bad = {
    'unknown operation': ['explode'],
    'operation in capitals': ['SAVE'],
    'set without a value': ['set', 'a'],
    'set a value that is no JSON': ['set', 'a', '{'],
    'set an empty text': ['set', 'a', ''],
    'set undefined': ['set', 'a', 'undefined'],
    'set a number that is no text': ['set', 'a', 1],
    'set with a number as its name': ['set', 1, '1'],
    'del without a name': ['del'],
    'save with an argument': ['save', 1],
    'maxAge without a value': ['maxAge'],
    'maxAge text': ['maxAge', '1'],
    'maxAge a fraction': ['maxAge', 1.5],
    'maxAge true': ['maxAge', true],
    'an empty list': [],
    'a text for a list': 'save',
    'a number': 1,
    'cookie, unknown attribute': ['cookie', 'colour', 'red'],
    'cookie, wrong type': ['cookie', 'path', 1],
    'advance text': ['advance', 'far'],
    'put an object': ['put', SID, {}],
  };
  for (const [what, op] of Object.entries(bad))
    yield [`refused: ${what}`, exchangeOf({ store: STORE, steps: [known({ ops: [op] })] })];
  const cannotBeSent = {
    'sameSite': ['cookie', 'sameSite', 'maybe'],
    'domain': ['cookie', 'domain', 'a b'],
    'path': ['cookie', 'path', '/\n'],
    'priority': ['cookie', 'priority', 'urgent'],
  };
  for (const [what, op] of Object.entries(cannotBeSent)) {
    yield [
      `refused at the end: cookie ${what}, sent`,
      exchangeOf({ store: STORE, steps: [known({ ops: [op, ...MODIFY] })] }),
    ];
    yield [`not refused: cookie ${what}, not sent`, exchangeOf({ store: STORE, steps: [known({ ops: [op] })] })];
  }
  yield [
    'refused: the second of three steps',
    exchangeOf({ store: STORE, steps: [known({ ops: MODIFY }), known({ ops: [['explode']] }), known()] }),
  ];
}

function* noSession() {
  const after = {
    'set': set('a', 1),
    'del': ['del', 'a'],
    'regenerate': ['regenerate'],
    'renew': ['renew'],
    'destroy': ['destroy'],
    'touch': ['touch'],
    'save': ['save'],
    'maxAge': ['maxAge', 1],
    'reload': ['reload'],
    'cookie': ['cookie', 'path', '/'],
  };
  for (const [what, op] of Object.entries(after)) {
    yield [
      `no session: ${what} after destroy`,
      exchangeOf({ store: STORE, steps: [known({ ops: [['destroy'], op] })] }),
    ];
    yield [`no session: ${what} after unset`, exchangeOf({ store: STORE, steps: [known({ ops: [['unset'], op] })] })];
    yield [
      `no session: ${what} where the path has none`,
      exchangeOf({ options: { cookie: { path: '/admin' } }, store: STORE, steps: [known({ ops: [op] })] }),
    ];
  }
  yield [
    'not found: reload of a deleted session',
    exchangeOf({ store: STORE, steps: [known({ ops: [['put', SID, null], ['reload']] })] }),
  ];
  yield ['not found: reload of a new session', exchangeOf({ steps: [step({ ops: [['reload']] })] })];
  yield [
    'not found: reload after regenerate',
    exchangeOf({ store: STORE, steps: [known({ ops: [['regenerate'], ['reload']] })] }),
  ];
  yield [
    'not found: reload of a session that has expired',
    exchangeOf({ store: STORE, steps: [known({ ops: [['advance', 60_000], ['reload']] })] }),
  ];
  yield [
    'unreadable: reload of broken JSON',
    exchangeOf({ store: STORE, steps: [known({ ops: [['put', SID, '{'], ['reload']] })] }),
  ];
  yield [
    'unreadable: reload of a document without a cookie',
    exchangeOf({ store: STORE, steps: [known({ ops: [['put', SID, '{}'], ['reload']] })] }),
  ];
  yield [
    'unreadable: touch of what another request broke',
    exchangeOf({ store: STORE, steps: [known({ ops: [['put', SID, '{']] })] }),
  ];
  yield [
    'not refused: set over what another request broke',
    exchangeOf({ store: STORE, steps: [known({ ops: [['put', SID, '{'], ...MODIFY] })] }),
  ];
}

function* expiries() {
  for (const maxAge of [8.64e15, -8.64e15 - NOW - 1, 1e16]) {
    yield [
      `refused expiry: maxAge ${maxAge} of a new session`,
      exchangeOf({ options: { cookie: { maxAge } }, steps: [step({ ops: MODIFY })] }),
    ];
    yield [
      `refused expiry: maxAge ${maxAge} set and sent`,
      exchangeOf({ store: STORE, steps: [known({ ops: [['maxAge', maxAge], ...MODIFY] })] }),
    ];
    yield [
      `refused expiry: maxAge ${maxAge} after regenerate`,
      exchangeOf({ options: { cookie: { maxAge } }, store: STORE, steps: [known({ ops: [['regenerate']] })] }),
    ];
  }
  yield [
    'last possible expiry',
    exchangeOf({ options: { cookie: { maxAge: 8.64e15 - NOW } }, steps: [step({ ops: MODIFY })] }),
  ];
  yield [
    'first possible expiry',
    exchangeOf({ options: { cookie: { maxAge: -8.64e15 - NOW } }, steps: [step({ ops: MODIFY })] }),
  ];
}

function* random() {
  yield ['random exhausted: new session', exchangeOf({ steps: [step({ random_hex: [] })] })];
  yield [
    'random exhausted: forged cookie',
    exchangeOf({ store: STORE, steps: [step({ cookie: cookieFor(SID, 'x'), random_hex: [] })] }),
  ];
  yield ['random exhausted: session gone', exchangeOf({ steps: [known({ random_hex: [] })] })];
  yield [
    'random exhausted: regenerate',
    exchangeOf({ store: STORE, steps: [known({ random_hex: [], ops: [['regenerate']] })] }),
  ];
  yield ['random exhausted: renew', exchangeOf({ store: STORE, steps: [known({ random_hex: [], ops: [['renew']] })] })];
  yield [
    'random exhausted: regenerate twice',
    exchangeOf({ store: STORE, steps: [known({ random_hex: [randomHex(1)], ops: [['regenerate'], ['regenerate']] })] }),
  ];
  yield [
    'random exhausted: values of another step do not count',
    exchangeOf({ steps: [step(), step({ random_hex: [] })] }),
  ];
  yield [
    'not exhausted: path without a session',
    exchangeOf({ options: { cookie: { path: '/a' } }, steps: [step({ random_hex: [] })] }),
  ];
  for (const length of [0, 18, 23, 25, 32]) {
    yield [
      `refused random: ${length} bytes`,
      exchangeOf({ steps: [step({ random_hex: ['ab'.repeat(length)], ops: MODIFY })] }),
    ];
  }
  yield ['refused random: odd hex', exchangeOf({ steps: [step({ random_hex: ['a'], ops: MODIFY })] })];
  yield ['refused random: bad hex', exchangeOf({ steps: [step({ random_hex: ['zz'.repeat(24)], ops: MODIFY })] })];
  yield ['refused random: not a list', exchangeOf({ steps: [step({ random_hex: randomHex(1) })] })];
}

function* fields() {
  const good = exchangeOf({ store: STORE, steps: [known()] });
  for (const name of ['options', 'store', 'steps']) {
    yield [`refused request: no ${name}`, { ...good, [name]: undefined }];
    yield [`refused request: ${name} is text`, { ...good, [name]: 'x' }];
  }
  yield ['refused request: a document is an object', exchangeOf({ store: { [SID]: {} }, steps: [known()] })];
  yield ['refused request: a step is text', { ...good, steps: ['x'] }];
  const bad = {
    'no now': { now: undefined },
    'now is text': { now: '0' },
    'now is a fraction': { now: 0.5 },
    'now beyond Date': { now: 8.64e15 + 1 },
    'cookie is a number': { cookie: 1 },
    'cookie is an object': { cookie: { hex: '61' } },
    'a number among the cookie lines': { cookie: ['a=b', 1] },
    'encrypted is text': { encrypted: 'yes' },
    'path is a number': { path: 1 },
    'ops is an object': { ops: {} },
    'bad cookie_hex': { cookie_hex: 'xx' },
  };
  for (const [what, given] of Object.entries(bad))
    yield [`refused request: ${what}`, exchangeOf({ store: STORE, steps: [known(given)] })];
  yield ['refused request: no op', { ...good, op: undefined }];
  yield ['refused request: unknown op', { ...good, op: 'exchanges' }];
  yield ['refused request: op is a name of every object', { ...good, op: 'toString' }];
}
