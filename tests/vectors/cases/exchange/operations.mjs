// What a handler does with its session.

import { NOW, SID, document, exchangeOf, known, randomHex, set, step } from '../../lib/fixtures.mjs';

const DATA = { user: 'ann', views: 1 };
const OTHER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ987654';

/** Sequences run on a new session and on a loaded one, with and without an expiry. */
const SEQUENCES = {
  'nothing': [],
  'set': [set('a', 1)],
  'set to the same': [set('views', 1)],
  'set and back': [set('views', 2), set('views', 1)],
  'set and del': [set('a', 1), ['del', 'a']],
  'del': [['del', 'views']],
  'del what is not there': [['del', 'nothing']],
  'del and set again: the order changes': [['del', 'user'], set('user', 'ann')],
  'integer-like names': [set('b', 1), set('10', 2), set('9', 3), set('01', 4)],
  'del an integer-like name': [set('7', 1), ['del', '7']],
  'empty name': [set('', 1)],
  'UTF-8 name': [set('ключ 😀', 'é')],
  'odd numbers': [['set', 'n', '[1.0,-0,1e21,1E5,1e-7,123456789012345678901,0.1]']],
  'odd texts': [['set', 't', '"\\u2028\\ud800\\u0000\\/\\u007f\\u00e9"']],
  'nested with duplicates and integer-like names': [['set', 'n', '{"b":1,"2":{"z":1,"1":2},"b":3,"__proto__":4}']],
  'white space': [['set', 'n', ' { "a" : [ 1 , 2 ] } ']],
  'null': [set('n', null)],
  'touch': [['touch']],
  'touch twice': [['touch'], ['touch']],
  'save': [['save']],
  'save twice': [['save'], ['save']],
  'set, save': [set('a', 1), ['save']],
  'save, set': [['save'], set('a', 1)],
  'set, save, set': [set('a', 1), ['save'], set('a', 2)],
  'set, save, set back': [set('views', 2), ['save'], set('views', 1)],
  'set, save, set, set back to what was saved': [set('a', 1), ['save'], set('a', 2), set('a', 1)],
  'set, save, save': [set('a', 1), ['save'], ['save']],
  'maxAge shorter': [['maxAge', 1000]],
  'maxAge shorter and set': [['maxAge', 1000], set('a', 1)],
  'maxAge null': [['maxAge', null]],
  'maxAge null and set': [['maxAge', null], set('a', 1)],
  'maxAge 0 and set': [['maxAge', 0], set('a', 1)],
  'maxAge negative and set': [['maxAge', -5000], set('a', 1)],
  'maxAge, save': [['maxAge', 1000], ['save']],
  'maxAge twice': [
    ['maxAge', 1000],
    ['maxAge', 2000],
  ],
  'regenerate': [['regenerate']],
  'regenerate twice': [['regenerate'], ['regenerate']],
  'set, regenerate': [set('a', 1), ['regenerate']],
  'regenerate, set': [['regenerate'], set('a', 1)],
  'regenerate, save': [['regenerate'], ['save']],
  'regenerate, set, save': [['regenerate'], set('a', 1), ['save']],
  'save, regenerate': [['save'], ['regenerate']],
  'regenerate, destroy': [['regenerate'], ['destroy']],
  'regenerate, save, destroy': [['regenerate'], ['save'], ['destroy']],
  'regenerate, unset': [['regenerate'], ['unset']],
  'regenerate, maxAge': [['regenerate'], ['maxAge', 1000]],
  'regenerate, save, regenerate': [['regenerate'], ['save'], ['regenerate']],
  'maxAge, regenerate': [['maxAge', 1000], ['regenerate']],
  'renew': [['renew']],
  'set, renew': [set('a', 1), set('3', 2), ['renew']],
  'renew, save': [['renew'], ['save']],
  'renew twice': [['renew'], ['renew']],
  'renew, regenerate': [['renew'], ['regenerate']],
  'maxAge, renew': [['maxAge', 1000], ['renew']],
  'destroy': [['destroy']],
  'destroy, unset': [['destroy'], ['unset']],
  'set, destroy': [set('a', 1), ['destroy']],
  'save, destroy': [['save'], ['destroy']],
  'unset': [['unset']],
  'set, unset': [set('a', 1), ['unset']],
  'save, unset': [['save'], ['unset']],
};

/** Sequences with the optional operations, on a loaded session. */
const OPTIONAL = {
  'reload': [['reload']],
  'reload twice': [['reload'], ['reload']],
  'set, reload: the change is lost': [set('a', 1), ['reload']],
  'reload, set': [['reload'], set('a', 1)],
  'set, save, reload': [set('a', 1), ['save'], ['reload']],
  'reload, save': [['reload'], ['save']],
  'set, reload, save': [set('a', 1), ['reload'], ['save']],
  'reload, set, save': [['reload'], set('a', 1), ['save']],
  'maxAge, reload': [['maxAge', 1000], ['reload']],
  'reload, regenerate': [['reload'], ['regenerate']],
  'regenerate, save, reload': [['regenerate'], ['save'], ['reload']],
  'regenerate, save, reload, save': [['regenerate'], ['save'], ['reload'], ['save']],
  'reload, destroy': [['reload'], ['destroy']],
  'put data, reload': [['put', SID, document({ user: 'bob' }, 60_000)], ['reload']],
  'put data, reload, set': [['put', SID, document({ user: 'bob' }, 60_000)], ['reload'], set('a', 1)],
  'put what was there, reload': [['put', SID, document(DATA, 60_000)], ['reload']],
  'put, reload, set back to what was loaded first': [
    ['put', SID, document({ user: 'bob', views: 1 }, 60_000)],
    ['reload'],
    set('user', 'ann'),
  ],
  'put a cookie, reload': [['put', SID, document(DATA, 5000, NOW)], ['reload']],
  'put data of another request: touch keeps it': [['put', SID, document({ user: 'bob' }, 60_000)]],
  'put data of another request, set: ours wins': [['put', SID, document({ user: 'bob' }, 60_000)], set('a', 1)],
  'put null: touch does not bring it back': [['put', SID, null]],
  'put null, set: brought back': [['put', SID, null], set('a', 1)],
  'put null, save: brought back': [['put', SID, null], ['save']],
  'put null, destroy': [['put', SID, null], ['destroy']],
  'put null, regenerate': [['put', SID, null], ['regenerate']],
  'put an expired one: touch takes it out': [['put', SID, document(DATA, 1, NOW - 5000)]],
  'put a document without a cookie: touch gives it one': [['put', SID, '{"b":1.0}']],
  'put falsy JSON: touch leaves it': [['put', SID, 'false']],
  'put another session': [['put', OTHER, document({ user: 'eve' })]],
  'delete another session': [['put', OTHER, null]],
  'put after destroy': [['destroy'], ['put', SID, document({ user: 'bob' })]],
  'put after unset': [['unset'], ['put', SID, document({ user: 'bob' })]],
  'advance': [['advance', 5000]],
  'advance, set': [['advance', 5000], set('a', 1)],
  'advance beyond the expiry: the stored one is taken out': [['advance', 60_000]],
  'advance beyond the expiry, set': [['advance', 60_000], set('a', 1)],
  'advance, touch': [['advance', 5000], ['touch']],
  'touch, advance': [['touch'], ['advance', 5000]],
  'maxAge, advance': [
    ['maxAge', 1000],
    ['advance', 5000],
  ],
  'advance, maxAge': [
    ['advance', 5000],
    ['maxAge', 1000],
  ],
  'advance, save': [['advance', 5000], ['save']],
  'save, advance, set': [['save'], ['advance', 5000], set('a', 1)],
  'advance, regenerate, advance': [['advance', 5000], ['regenerate'], ['advance', 5000]],
  'advance back': [['advance', -5000]],
  'cookie path': [['cookie', 'path', '/admin'], set('a', 1)],
  'cookie domain': [['cookie', 'domain', 'example.com'], set('a', 1)],
  'cookie httpOnly': [['cookie', 'httpOnly', false], set('a', 1)],
  'cookie secure': [['cookie', 'secure', true], set('a', 1)],
  'cookie sameSite text': [['cookie', 'sameSite', 'Strict'], set('a', 1)],
  'cookie sameSite true': [['cookie', 'sameSite', true], set('a', 1)],
  'cookie partitioned': [['cookie', 'partitioned', true], set('a', 1)],
  'cookie priority': [['cookie', 'priority', 'HIGH'], set('a', 1)],
  'cookie expires': [['cookie', 'expires', NOW + 5000], set('a', 1)],
  'cookie expires, past': [['cookie', 'expires', NOW - 5000], set('a', 1)],
  'cookie expires null': [['cookie', 'expires', null], set('a', 1)],
  'cookie expires, advance': [['cookie', 'expires', NOW + 5000], ['advance', 2000], set('a', 1)],
  'advance, cookie expires, save': [['advance', 2000], ['cookie', 'expires', NOW + 5000], ['save']],
  'cookie is no modification': [['cookie', 'path', '/admin']],
  'cookie, save': [['cookie', 'path', '/admin'], ['save']],
  'cookie, regenerate: made from the options': [['cookie', 'path', '/admin'], ['regenerate']],
  'cookie, reload': [['cookie', 'path', '/admin'], ['reload']],
};

export function* cases() {
  for (const [what, ops] of Object.entries(SEQUENCES)) {
    for (const maxAge of [null, 60_000]) {
      const options = { cookie: { maxAge } };
      yield [`new, maxAge ${maxAge}: ${what}`, exchangeOf({ options, steps: [step({ ops, random_hex: threeIds() })] })];
      yield [
        `loaded, maxAge ${maxAge}: ${what}`,
        exchangeOf({
          options,
          store: { [SID]: document(DATA, maxAge) },
          steps: [known({ ops, random_hex: threeIds() })],
        }),
      ];
    }
    const every = {
      resave: true,
      saveUninitialized: true,
      rolling: true,
      unset: 'destroy',
      cookie: { maxAge: 60_000 },
    };
    yield [
      `everything on, loaded: ${what}`,
      exchangeOf({
        options: every,
        store: { [SID]: document(DATA, 60_000) },
        steps: [known({ ops, random_hex: threeIds() })],
      }),
    ];
  }
  for (const [what, ops] of Object.entries(OPTIONAL)) {
    const given = { store: { [SID]: document(DATA, 60_000), [OTHER]: document() }, steps: [known({ ops })] };
    yield [`optional: ${what}`, exchangeOf({ options: { cookie: { maxAge: 60_000 } }, ...given })];
    yield [
      `optional, resave and rolling: ${what}`,
      exchangeOf({ options: { resave: true, rolling: true, cookie: { maxAge: 60_000 } }, ...given }),
    ];
  }
  yield [
    'values left over are ignored',
    exchangeOf({ steps: [step({ random_hex: [5, 6, 7, 8].map(randomHex), ops: [set('a', 1)] })] }),
  ];
  yield [
    'an id is drawn for a session that is never saved',
    exchangeOf({ steps: [step({ random_hex: [randomHex(5)] })] }),
  ];
  yield [
    'no id is drawn for a loaded session',
    exchangeOf({ store: { [SID]: document() }, steps: [known({ random_hex: [] })] }),
  ];
  yield [
    'upper-case hex',
    exchangeOf({ steps: [step({ random_hex: [randomHex(5).toUpperCase()], ops: [set('a', 1)] })] }),
  ];
  yield [
    'the new id is in the store already: it is overwritten',
    exchangeOf({
      store: { [Buffer.from(randomHex(1), 'hex').toString('base64url')]: document({ old: true }) },
      steps: [step({ ops: [set('a', 1)] })],
    }),
  ];
}

function threeIds() {
  return [1, 2, 3].map(randomHex);
}
