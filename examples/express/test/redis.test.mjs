// connect-redis in front of a real Redis: what is asked of Redis, and what is in it afterwards.

import { createRequire } from 'node:module';
import { connectRedis, startRedis } from './lib/redis.mjs';
import { same } from './lib/same.mjs';
import { pairOf } from './lib/known.mjs';

const require = createRequire(import.meta.url);

/** What a handler does, by the path that is visited. */
const WORK = {
  '/noop': (req, res) => res.end(),
  '/change': (req, res) => {
    req.session.n = (req.session.n ?? 0) + 1;
    res.end(`${req.session.n}`);
  },
  '/age': (req, res) => {
    req.session.cookie.maxAge = 5_500_500;
    req.session.n = 0;
    res.end();
  },
  '/past': (req, res) => {
    req.session.cookie.maxAge = -5500;
    req.session.n = 0;
    res.end();
  },
  '/for-ever': (req, res) => {
    req.session.cookie.maxAge = null;
    req.session.n = 0;
    res.end();
  },
  '/regenerate': (req, res) => req.session.regenerate((failure) => res.end(`${failure} ${req.session.id}`)),
  '/destroy': (req, res) => req.session.destroy((failure) => res.end(`${failure} ${typeof req.session}`)),
  '/save': (req, res) => {
    req.session.n = 5;
    req.session.save((failure) => res.end(`${failure}`));
  },
  '/reload': (req, res) => req.session.reload((failure) => res.end(`${failure} ${req.session?.n}`)),
  '/null': (req, res) => {
    req.session = null;
    res.end();
  },
};

describe('connect-redis', () => {
  let redis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis?.stop());

  /** A client that notes what it is asked, in the words of connect-redis. */
  function noting(world) {
    return new Proxy(redis.client, {
      get(client, name) {
        if (typeof client[name] !== 'function') return client[name];
        return (...given) => {
          world.note(`redis.${name}`, given);
          return client[name](...given);
        };
      },
    });
  }

  /** What is in Redis is noted after each visit. */
  function played(title, scenario) {
    same(title, async (world) => {
      await redis.client.flushAll();
      const visit = async (app, path, how) => {
        const answer = await world.visit(app, path, how);
        const contents = {};
        for (const key of (await redis.client.keys('*')).sort())
          contents[key] = [await redis.client.type(key), await redis.client.get(key).catch(() => null)];
        world.note('in Redis', contents);
        return answer;
      };
      await scenario(world, visit, noting(world));
    });
  }

  const stored = {
    'as Express writes it': '{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"n":1}',
    foreign: '{"cookie":{},"from":"elsewhere"}',
    'past its date':
      '{"cookie":{"originalMaxAge":10500,"expires":"2023-11-14T22:13:19.000Z","httpOnly":true,"path":"/"},"n":1}',
  };

  for (const cookie of [{}, { maxAge: 3_600_500 }, { maxAge: 3_600_000 }, { maxAge: 0 }]) {
    for (const flags of [{}, { resave: true, saveUninitialized: true, rolling: true }]) {
      for (const settings of [
        {},
        { ttl: 60, prefix: 'other:' },
        { disableTouch: true },
        { disableTTL: true, prefix: '' },
      ]) {
        played(
          `${JSON.stringify(cookie)} ${JSON.stringify(flags)} ${JSON.stringify(settings)}`,
          async (world, visit, client) => {
            const store = world.store((session) => new (connectRedis(session))({ client, ...settings }));
            const app = world.app({ store, cookie, ...flags }, (req, res) => WORK[req.path](req, res));
            let kept;
            for (const path of [...Object.keys(WORK), '/change', '/noop']) {
              const { setCookie } = await visit(app, path, { cookie: kept });
              kept = setCookie[0]?.split(';')[0] ?? kept;
            }
          },
        );
      }
    }
  }

  for (const [name, text] of Object.entries(stored)) {
    played(`a document ${name}`, async (world, visit, client) => {
      const store = world.store((session) => new (connectRedis(session))({ client }));
      const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
        world.see('session', req.session);
        WORK[req.path](req, res);
      });
      for (const path of ['/noop', '/change', '/reload']) {
        await redis.client.set('sess:known', text, { EX: 100 });
        await visit(app, path, { cookie: pairOf('known') });
      }
    });
  }

  played('documents that are none', async (world, visit, client) => {
    const store = world.store((session) => new (connectRedis(session))({ client }));
    const app = world.app({ store }, (req, res) => WORK[req.path](req, res));
    for (const text of ['', 'broken', '{}', 'null', '7', '[]', '{"cookie":null}', '{"cookie":7}']) {
      await redis.client.set('sess:known', text);
      await visit(app, '/change', { cookie: pairOf('known') });
    }
    await redis.client.del('sess:known');
    await redis.client.hSet('sess:known', 'a', 'b');
    await visit(app, '/change', { cookie: pairOf('known') });
  });

  played('a ttl by function, a serializer, and the other methods of the store', async (world, visit, client) => {
    const serializer = { stringify: (data) => `v1${JSON.stringify(data)}`, parse: (text) => JSON.parse(text.slice(2)) };
    const ttl = (data) => {
      world.note('ttl of', JSON.stringify(data));
      return 1000 + (data.n ?? 7);
    };
    const store = world.store((session) => new (connectRedis(session))({ client, serializer, ttl }));
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => WORK[req.path](req, res));
    for (const path of ['/change', '/change']) await visit(app, path);
    const ask = (name, ...given) =>
      new Promise((done) =>
        store[name](...given, (...answer) =>
          done(
            world.note(
              name,
              answer.map((value) => JSON.stringify(value)),
            ),
          ),
        ),
      );
    for (const [name, ...given] of [
      ['all'],
      ['ids'],
      ['length'],
      ['load', 'id-1'],
      ['get', 'id-2'],
      ['destroy', 'id-1'],
      ['clear'],
      ['length'],
    ])
      await ask(name, ...given);
  });

  played('a connect-redis that has another express-session beside', async (world, visit, client) => {
    const { RedisStore } = require('connect-redis');
    const store = world.store(() => new RedisStore({ client }));
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => WORK[req.path](req, res));
    let kept;
    for (const path of ['/change', '/noop', '/change', '/save', '/reload', '/regenerate', '/change', '/destroy']) {
      const { setCookie } = await visit(app, path, { cookie: kept });
      kept = setCookie[0]?.split(';')[0] ?? kept;
    }
  });

  same('a client that is not connected', async (world) => {
    const client = redis.client.duplicate();
    const store = world.store((session) => new (connectRedis(session))({ client }));
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => WORK[req.path](req, res));
    await world.visit(app, '/noop', { cookie: pairOf('known') });
    await world.visit(app, '/change');
  });
});
