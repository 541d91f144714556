// The other options: genid, proxy, secret, unset, and what the constructor refuses.

import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { same } from './lib/same.mjs';
import { attempt } from './lib/look.mjs';
import { pairOf } from './lib/sign.mjs';
import { SECRET } from './lib/world.mjs';

const KNOWN = '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:00.000Z","httpOnly":true,"path":"/"},"a":1}';

/** A program that shows the id and changes the session. */
function counting(world, options, extra) {
  const store = world.store();
  store.sessions.known = KNOWN;
  return world.app({ store, ...options }, (req, res) => {
    world.see('seen', [req.sessionID, req.session?.id, req.session?.n, req.session?.a]);
    if (req.session) req.session.n = (req.session.n ?? 0) + 1;
    res.end();
  }, extra);
}

describe('the constructor', () => {
  const given = [undefined, null, {}, 0, '', false, 7, 'text', true, [], () => {}, { secret: SECRET }, Object.create({ secret: SECRET, resave: false, saveUninitialized: false })];
  given.forEach((options, at) => {
    same(`given ${JSON.stringify(options)} (${at})`, async (world) => {
      world.note('made', attempt(() => world.middleware(options)));
      const made = attempt(() => world.middleware(options));
      if (made.threw) return;
      const middleware = world.middleware(options);
      const app = world.listen((req, res) => middleware(req, res, (failure) => {
        world.see('failure', failure);
        world.note('seen', [typeof req.sessionID, req.sessionID?.length, typeof req.session]);
        res.removeHeader('Set-Cookie');
        req.session = null;
        res.end();
      }));
      await world.visit(app);
    });
  });

  const refused = {
    genid: ['text', 7, true, {}, [], null, 0, '', false, class {}],
    unset: ['destroy', 'keep', 'Destroy', 'other', 7, true, {}, [], null, 0, '', false, ['destroy']],
    secret: ['text', '', null, undefined, 0, false, [], ['a'], ['a', 'b'], [''], [null], [undefined], ['a', null], 7, true, {}, new Set(['a']), Buffer.from('x'), Buffer.alloc(0)],
    resave: [undefined, null, 0, 1, 'false', {}],
    saveUninitialized: [undefined, null, 0, 1, 'false', {}],
    proxy: [undefined, null, 0, 1, 'true', {}],
    cookie: [undefined, null, 0, '', false, 7, 'text', true, [], () => {}],
    name: [undefined, null, 0, '', 7, {}, 'a b'],
  };
  for (const [name, values] of Object.entries(refused)) {
    same(`every value of ${name}`, (world) => {
      for (const value of values) {
        const made = attempt(() => typeof world.middleware(world.options({ [name]: value, store: new world.session.MemoryStore() })));
        world.note(String(JSON.stringify(value)), made);
      }
    });
  }

  same('which error comes first', (world) => {
    for (const options of [{ genid: 1, unset: 'x', secret: [] }, { unset: 'x', secret: [] }, { genid: 1, secret: [] }, { genid: 1, store: {} }, { secret: [], store: {} }]) {
      world.note('made', attempt(() => world.middleware({ resave: undefined, saveUninitialized: undefined, ...options })));
    }
  });

  same('options are read once, in an order', (world) => {
    const read = [];
    const options = new Proxy(world.options({ store: new world.session.MemoryStore() }), {
      get(target, name) {
        read.push(String(name));
        return target[name];
      },
    });
    world.middleware(options);
    world.note('read', [...new Set(read)].sort());
  });
});

describe('genid', () => {
  const ids = ['plain', '', 'a b', 'ü€😀', 'a;b', 'a.b', '%', 'x'.repeat(3000), '__proto__', '\u0000', '\ud800', 7, 0, NaN, null, undefined, true, false, {}, [], ['a'], new String('boxed'), Symbol.iterator, 10n, () => 'x', Promise.resolve('x')];
  ids.forEach((id, at) => {
    same(`that returns ${typeof id} ${String(id).slice(0, 20)} (${at})`, async (world) => {
      for (const saveUninitialized of [false, true]) {
        const app = counting(world, { genid: () => id, saveUninitialized });
        await world.browse(app, '/', '/');
      }
    });
  });

  same('that throws', async (world) => {
    const genid = () => { throw new RangeError('no id'); };
    const app = counting(world, { genid });
    for (const visit of [{}, { cookie: pairOf('unknown') }, { cookie: pairOf('known') }]) await world.visit(app, '/', visit);
  });

  same('its arguments', async (world) => {
    const genid = function (...given) {
      world.note('genid', [given.length, given[0].url, this === undefined, given[0].sessionID, typeof given[0].sessionStore]);
      return 'fixed';
    };
    await world.browse(counting(world, { genid }), '/one', '/two', { cookie: 'x=1' });
  });

  same('the ids of the default', async (world) => {
    const ids = new Set();
    const app = world.app({ genid: undefined, store: undefined }, (req, res) => {
      ids.add(req.sessionID);
      world.note('id', [/^[A-Za-z0-9_-]{32}$/.test(req.sessionID), req.sessionID === req.session.id]);
      res.end();
    });
    for (let left = 30; left > 0; left--) await world.visit(app);
    world.note('different', ids.size);
  });
});

describe('proxy and the secure connection', () => {
  const protos = [undefined, 'https', 'http', 'HTTPS', ' https ', 'https,http', 'http,https', 'https, http', ' HTTPS , http', ',https', '', 'wss', 'https;', 'https\t'];
  const secures = [undefined, true, false, 1, 'true', null];
  for (const proxy of [undefined, true, false, null, 0, 1, 'true']) {
    for (const cookie of [{ secure: true }, { secure: 'auto' }, { sameSite: 'auto' }, { secure: 'auto', sameSite: 'auto', maxAge: 1000 }]) {
      same(`proxy ${proxy}, ${JSON.stringify(cookie)}`, async (world) => {
        for (const proto of protos) {
          const app = counting(world, { proxy, cookie, saveUninitialized: true });
          await world.visit(app, '/', { headers: proto === undefined ? {} : { 'x-forwarded-proto': proto } });
        }
        for (const secure of secures) {
          const before = [(req, res, next) => { Object.defineProperty(req, 'secure', { value: secure, configurable: true }); next(); }];
          await world.visit(counting(world, { proxy, cookie, saveUninitialized: true }, { before }), '/', { headers: { 'x-forwarded-proto': 'https' } });
        }
        for (const encrypted of [true, 1, false]) {
          const before = [(req, res, next) => { req.socket.encrypted = encrypted; next(); }];
          await world.visit(counting(world, { proxy, cookie, saveUninitialized: true }, { before }), '/', { headers: { 'x-forwarded-proto': 'http' } });
        }
        for (const trust of [true, false]) {
          const settings = { 'trust proxy': trust };
          await world.visit(counting(world, { proxy, cookie, saveUninitialized: true }, { settings }), '/', { headers: { 'x-forwarded-proto': 'https' } });
        }
      });
    }
  }

  same('without a connection', async (world) => {
    for (const connection of [undefined, null, {}, { encrypted: true }]) {
      const before = [(req, res, next) => { Object.defineProperty(req, 'connection', { value: connection }); next(); }];
      await world.visit(counting(world, { cookie: { secure: 'auto' }, saveUninitialized: true }, { before }));
    }
  });

  same('several headers, and none that is text', async (world) => {
    const app = counting(world, { proxy: true, cookie: { secure: true }, saveUninitialized: true });
    for (const lines of ['X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n', 'X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n']) {
      await world.raw(app, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`);
    }
    for (const value of [['https'], 7, {}]) {
      const before = [(req, res, next) => { req.headers['x-forwarded-proto'] = value; next(); }];
      await world.visit(counting(world, { proxy: true, cookie: { secure: true }, saveUninitialized: true }, { before }));
    }
  });

  same('secure, changed on the way', async (world) => {
    const store = world.store();
    const app = world.app({ store, proxy: true, cookie: { secure: 'auto', maxAge: 60_000 }, rolling: true }, (req, res) => {
      req.session.n = 1;
      res.end();
    });
    for (const [first, second] of [['https', 'http'], ['http', 'https']]) {
      await world.browse(app, { headers: { 'x-forwarded-proto': first } }, { headers: { 'x-forwarded-proto': second } });
    }
  });
});

describe('secrets', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const secrets = {
    'text': 'text', 'text beyond ASCII': 'ü€😀', 'long text': 'x'.repeat(200), '64 bytes': 'x'.repeat(64), '65 bytes': 'x'.repeat(65), 'a lone surrogate': '\ud800',
    'with a NUL': 'a\u0000b', 'a buffer': Buffer.from('buffer'), 'a buffer of no text': Buffer.from([255, 0, 128]), 'an empty buffer': Buffer.alloc(0),
    'Uint8Array': new Uint8Array([1, 2, 3]), 'Uint16Array': new Uint16Array([1, 2, 300]), 'DataView': new DataView(new ArrayBuffer(4)),
    'ArrayBuffer': new ArrayBuffer(4), 'KeyObject': createSecretKey(Buffer.from('key object')), 'a private KeyObject': privateKey, 'a view of a buffer': Buffer.from('xbufferx').subarray(1, 7),
    'a number': 7, 'true': true, 'an object': {}, 'a function': () => 'x', 'a symbol': Symbol.iterator, 'a date': new Date(0), 'a boxed text': new String('text'),
    'two': ['one', 'two'], 'of several kinds': [Buffer.from('one'), 'two', createSecretKey(Buffer.from('three'))], 'text and null': ['text', null],
    'null and text': [null, 'text'], 'text and undefined': ['text', undefined], 'empty and text': ['', 'text'], 'text and empty': ['text', ''], 'a number and text': [7, 'text'],
    'text and a number': ['text', 7], 'nested': [['one', 'two']], 'a set': new Set(['text']), 'sparse': [, 'text'],
  };
  for (const [name, secret] of Object.entries(secrets)) {
    same(name, async (world) => {
      const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
      for (const signer of ['text', 'other', '', 'one', 'two', Buffer.from('buffer')]) await world.visit(app, '/', { cookie: pairOf('known', signer) });
      await world.browse(app, '/', '/', '/');
      await world.visit(app, '/', { cookie: 'connect.sid=s%3Aforged.mac' });
    });

    same(`${name}, as req.secret`, async (world) => {
      const before = [(req, res, next) => { req.secret = secret; next(); }];
      const app = counting(world, { secret: undefined, cookie: { maxAge: 60_000 } }, { before });
      await world.visit(app, '/', { cookie: pairOf('known', 'text') });
      await world.browse(app, '/', '/');
    });
  }

  for (const secret of [undefined, null, '', 0, false]) {
    same(`none: ${JSON.stringify(secret)}`, async (world) => {
      const app = counting(world, { secret });
      await world.visit(app, '/', { cookie: pairOf('known', '') });
      const before = [(req, res, next) => { req.secret = secret; next(); }];
      await world.visit(counting(world, { secret, cookie: { path: '/only' } }, { before }), '/');
      await world.visit(counting(world, { secret }, { before: [(req, res, next) => { req.secret = 'late'; next(); }] }), '/');
    });
  }

  same('rotated: an old secret is accepted, and the new one signs', async (world) => {
    for (const rolling of [false, true]) {
      const app = counting(world, { secret: ['new', 'old', 'oldest'], rolling, cookie: { maxAge: 60_000 } });
      for (const secret of ['new', 'old', 'oldest', 'none']) await world.visit(app, '/', { cookie: pairOf('known', secret) });
    }
  });

  same('an array changed while running', async (world) => {
    const secret = ['one'];
    const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
    const { cookie } = await world.browse(app, '/');
    secret.unshift('zero');
    await world.visit(app, '/', { cookie });
    await world.visit(app);
    secret.pop();
    await world.visit(app, '/', { cookie });
    secret.length = 0;
    await world.visit(app, '/', { cookie });
    await world.visit(app);
    secret.push('one');
    await world.visit(app, '/', { cookie });
  });

  same('a buffer changed while running', async (world) => {
    const secret = Buffer.from('one');
    const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
    const { cookie } = await world.browse(app, '/');
    secret[0] ^= 1;
    await world.visit(app, '/', { cookie });
    secret[0] ^= 1;
    await world.visit(app, '/', { cookie });
  });

  same('an array changed during a request', async (world) => {
    const secret = ['one', 'two'];
    const store = world.store();
    const app = world.app({ store, secret, saveUninitialized: true }, (req, res) => {
      secret.reverse();
      res.end();
    });
    for (let left = 3; left > 0; left--) await world.visit(app);
  });

  same('req.secret changed during a request', async (world) => {
    const before = [(req, res, next) => { req.secret = 'before'; next(); }];
    const store = world.store();
    const app = world.app({ store, secret: undefined, saveUninitialized: true }, (req, res) => { req.secret = 'after'; res.end(); }, { before });
    await world.visit(app);
  });
});
