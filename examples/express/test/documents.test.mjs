// Stored documents, of every make, as they are read and written back; and all that a session may hold.

import { same } from './lib/same.mjs';
import { known } from './lib/known.mjs';

const COOKIE = '"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:00.000Z","httpOnly":true,"path":"/"}';

const DOCUMENTS = [
  `{${COOKIE}}`,
  `{"a":1,${COOKIE}}`,
  `{"a":1,${COOKIE},"b":2}`,
  `{${COOKIE},"7":1,"a":2,"3":3}`,
  `{${COOKIE},"a":1,"a":2}`,
  ` { ${COOKIE} , "a" : [ 1 , 2 ] } `,
  `{${COOKIE},"id":"x","req":"y","save":1,"touch":2,"reload":3,"destroy":4,"regenerate":5,"resetMaxAge":6}`,
  `{${COOKIE},"toString":1,"constructor":2,"hasOwnProperty":3,"valueOf":4,"isPrototypeOf":5,"__defineGetter__":6,"toJSON":7}`,
  `{${COOKIE},"__proto__":{"a":1},"b":2}`,
  `{${COOKIE},"deep":{"id":1,"save":2,"__proto__":3,"cookie":{"a":1}}}`,
  `{${COOKIE},"a":1.0,"b":1e21,"c":-0,"d":1e-7,"e":123456789012345678901234567890,"f":0.1,"g":1E5}`,
  `{${COOKIE},"a":"\\u00fc\\ud83d\\ude00","b":"\\ud800","c":"\\u2028\\u2029","d":"\\u0000\\u001f\\u007f","e":"\\/\\b\\f\\n\\r\\t\\"\\\\"}`,
  `{${COOKIE},"ü€😀":"ü€😀","":"empty","a b":1}`,
  `{${COOKIE},"a":null,"b":true,"c":false,"d":[],"e":{},"f":[[],[{}]],"lastAccess":7}`,
  `{${COOKIE},"deep":${'['.repeat(100)}${']'.repeat(100)}}`,
  `{${COOKIE},"long":"${'x'.repeat(20_000)}"}`,
  '{"cookie":{}}',
  '{"cookie":{"path":"/"}}',
  '{"cookie":{"httpOnly":false}}',
  '{"cookie":{"path":"/other"}}',
  '{"cookie":{"path":null,"httpOnly":null}}',
  '{"cookie":{"domain":"example.com","secure":false,"sameSite":"lax","partitioned":true,"priority":"low"}}',
  '{"cookie":{"secure":true}}',
  '{"cookie":{"secure":"auto","sameSite":"auto"}}',
  '{"cookie":{"sameSite":"maybe"}}',
  '{"cookie":{"domain":";"}}',
  '{"cookie":{"path":";"}}',
  '{"cookie":{"priority":"x"}}',
  '{"cookie":{"sameSite":true,"secure":1,"httpOnly":0,"partitioned":"yes"}}',
  '{"cookie":{"unknown":1,"data":2,"signed":3},"a":1}',
  '{"cookie":[]}',
  '{"cookie":[1,2]}',
  '{"cookie":{"originalMaxAge":null,"expires":null}}',
  '{"cookie":{"originalMaxAge":60000,"expires":null}}',
  '{"cookie":{"originalMaxAge":null,"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"originalMaxAge":60000}}',
  '{"cookie":{"originalMaxAge":false,"expires":false}}',
  '{"cookie":{"originalMaxAge":0,"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"originalMaxAge":-1,"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"originalMaxAge":1.5,"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"originalMaxAge":1e300,"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"originalMaxAge":"60000","expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"originalMaxAge":"","expires":null}}',
  '{"cookie":{"originalMaxAge":true}}',
  '{"cookie":{"originalMaxAge":{}}}',
  '{"cookie":{"originalMaxAge":[]}}',
  '{"cookie":{"originalMaxAge":60000,"expires":1700000060000}}',
  '{"cookie":{"originalMaxAge":60000,"expires":1}}',
  '{"cookie":{"originalMaxAge":60000,"expires":""}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"x"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"2023"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-15"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-15T00:00"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:13:20.000Z"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:13:19.999Z"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T23:14:00.123456+01:00"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"Tue, 14 Nov 2023 22:14:00 GMT"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"Nov 15 2023"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":"+012023-11-15T00:00:00.000Z"}}',
  '{"cookie":{"originalMaxAge":60000,"expires":true}}',
  '{"cookie":{"originalMaxAge":60000,"expires":{}}}',
  '{"cookie":{"originalMaxAge":60000,"expires":[]}}',
  '{"cookie":{"maxAge":5000}}',
  '{"cookie":{"maxAge":"x"}}',
  '{"cookie":{"maxAge":5000,"originalMaxAge":6000,"expires":"2023-11-14T22:14:00.000Z"}}',
  '{"cookie":{"_expires":"2023-11-14T22:14:00.000Z","originalMaxAge":1000}}',
  '{"cookie":{"toJSON":1,"serialize":2,"constructor":3}}',
  '{"cookie":{"__proto__":{"path":"/p"}}}',
  '{}',
  '{"a":1}',
  '{"cookie":null}',
  '{"cookie":7}',
  '{"cookie":"text"}',
  '{"cookie":true}',
  '{"cookie":false}',
  '{"cookie":0}',
  '{"cookie":""}',
  '[]',
  '[1]',
  '7',
  '0',
  'true',
  'false',
  'null',
  '"text"',
  '""',
  '',
  'broken',
  '{',
  '{"cookie":{}',
  '{"cookie":{}}x',
  '\ufeff{"cookie":{}}',
  "{'cookie':{}}",
  '{"cookie":{},}',
  'undefined',
  'NaN',
];

/** What a session may hold. */
const VALUES = {
  numbers: () => [
    0,
    -0,
    1.5,
    1e21,
    1e-7,
    NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    123456789.123456789,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
  ],
  texts: () => [
    '',
    'ü€😀',
    '\ud800',
    '\udc00x',
    '\u2028\u2029',
    '\u0000\u001f\u007f',
    '"\\/\b\f\n\r\t',
    'x'.repeat(10_000),
  ],
  nothing: () => [undefined, null, () => 1, Symbol('s')],
  'nothing, by name': () => ({ a: undefined, b: null, c: () => 1, d: Symbol('s') }),
  dates: () => [new Date(0), new Date(NaN), new Date(8.64e15), new Date(1.5)],
  boxed: () => [new Number(1), new String('x'), new Boolean(false), Object(Symbol('s'))],
  collections: () => [
    new Map([[1, 2]]),
    new Set([1]),
    new WeakMap(),
    new Uint8Array([1, 2]),
    new ArrayBuffer(2),
    Buffer.from('ü'),
  ],
  errors: () => [new Error('x'), new RangeError('y')],
  expressions: () => [/x/g, new URL('http://a/?b=c'), new Proxy({ a: 1 }, {}), new Proxy([1], {})],
  'own JSON': () => [
    { toJSON: () => 'own' },
    { toJSON: (key) => key },
    { toJSON: () => undefined },
    { a: { toJSON: () => ({ b: 1 }) } },
  ],
  'keys in an order': () => ({ z: 1, 10: 2, a: 3, 2: 4, '-1': 5, 1.5: 6, '01': 7, 4294967295: 8, 4294967294: 9 }),
  'odd keys': () => ({
    '': 1,
    ' ': 2,
    ü: 3,
    '\ud800': 4,
    '"': 5,
    constructor: 6,
    ['__proto__']: 7,
    toString: 8,
    cookie: 9,
  }),
  inherited: () => Object.assign(Object.create({ inherited: 1 }), { own: 2 }),
  'of a class': () =>
    new (class Point {
      x = 1;
      #y = 2;
      get y() {
        return this.#y;
      }
    })(),
  hidden: () => Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false }),
  sparse: () => [, 1, , 2, ,],
  'arrays with names': () => Object.assign([1, 2], { name: 3 }),
  'the same object twice': () => {
    const shared = { a: 1 };
    return [shared, shared, { shared }];
  },
  deep: () => JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`),
  'null prototype': () => Object.assign(Object.create(null), { a: 1 }),
  arguments: () =>
    (function () {
      return arguments;
    })(1, 2),
};

describe('stored documents', () => {
  DOCUMENTS.forEach((text, at) => {
    same(`${text.slice(0, 100)} (${at})`, async (world) => {
      for (const options of [{}, { resave: true, rolling: true, saveUninitialized: true }]) {
        const store = world.store('sync', (made) => {
          made.get = (id, callback) => {
            const stored = made.sessions[id];
            let data;
            try {
              data = stored === undefined ? undefined : JSON.parse(stored);
            } catch (failure) {
              return callback(failure);
            }
            callback(null, data);
          };
          return made;
        });
        const app = world.app({ store, cookie: { maxAge: 30_000 }, ...options }, (req, res) => {
          world.see('session', req.session);
          if (req.path === '/change') req.session.n = 1;
          res.end();
        });
        for (const path of ['/', '/change', '/']) {
          store.sessions.known = text;
          await world.visit(app, path, known);
          world.note('left', { ...store.sessions });
          await world.visit(app, '/', known);
        }
      }
    });

    same(`${text.slice(0, 100)} (${at}), in MemoryStore`, async (world) => {
      const store = world.store();
      store.sessions.known = text;
      const app = world.app({ store, cookie: { maxAge: 30_000 } }, (req, res) => {
        world.see('session', req.session);
        res.end();
      });
      await world.visit(app, '/', known);
    });
  });
});

describe('what a session holds', () => {
  for (const [name, make] of Object.entries(VALUES)) {
    same(name, async (world) => {
      for (const options of [{}, { resave: true, rolling: true }]) {
        const store = world.store();
        store.sessions.known = `{${COOKIE},"a":1}`;
        const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => {
          if (req.path === '/set') req.session.value = make();
          if (req.path === '/spread') Object.assign(req.session, make());
          world.see('session', req.session);
          res.end();
        });
        for (const path of ['/set', '/', '/set', '/spread', '/']) await world.visit(app, path, known);
        await world.browse(app, '/set', '/');
      }
    });

    same(`${name}, changed to itself`, async (world) => {
      const store = world.store();
      const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
        const { value } = req.session;
        if (req.path === '/set') req.session.value = make();
        else if (req.path === '/copy') req.session.value = value && JSON.parse(JSON.stringify(value));
        else if (req.path === '/array') req.session.value = [make()];
        else delete req.session.value;
        res.end();
      });
      await world.browse(app, '/set', '/set', '/copy', '/array', '/array', '/delete', '/delete');
    });
  }

  same('a toJSON of the session', async (world) => {
    const store = world.store();
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
      req.session.n = (req.session.n ?? 0) + 1;
      const { toJSON } = {
        toJSON() {
          return { cookie: this.cookie, instead: this.n };
        },
      };
      Object.defineProperty(req.session, 'toJSON', {
        value: toJSON,
        enumerable: req.path === '/enumerable',
        configurable: true,
      });
      res.end();
    });
    await world.browse(app, '/', '/', '/enumerable', '/');
  });

  same('a toJSON that leaves out the cookie, or is no object', async (world) => {
    for (const json of [{ a: 1 }, {}, null, 'text', 7, [1], undefined]) {
      const store = world.store();
      const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
        req.session.n = 1;
        Object.defineProperty(req.session, 'toJSON', { value: () => json });
        const { end } = res;
        try {
          res.end();
        } catch (thrown) {
          world.see('threw', thrown);
          void end;
          req.socket.destroy();
        }
      });
      await world.visit(app);
    }
  });

  same('data called cookie, inside', async (world) => {
    const store = world.store();
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
      req.session.inner ??= { cookie: 0 };
      if (req.path === '/inner') req.session.inner.cookie += 1;
      if (req.path === '/outer') req.session.cookie.flavour = 'oat';
      res.end();
    });
    await world.browse(app, '/', '/', '/inner', '/outer', '/inner');
  });

  same('large data', async (world) => {
    const store = world.store();
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
      if (req.path === '/set')
        req.session.rows = Array.from({ length: 5000 }, (_, at) => ({ at, name: `row ${at}`, flags: [true, null] }));
      if (req.path === '/one') req.session.rows[4999].flags[1] = 1;
      res.end(`${req.session.rows.length}`);
    });
    await world.browse(app, '/set', '/', '/one', '/');
  });
});
