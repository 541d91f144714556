// The classes Store and MemoryStore by themselves.

import { same } from './lib/same.mjs';
import { attempt, look } from './lib/look.mjs';
import { NOW } from './lib/world.mjs';

/** Calls a method, and notes what it returned and called back with, and when. */
const call = (world, store, name, ...given) =>
  new Promise((done) => {
    let returned = false;
    const timer = setImmediate(() => setImmediate(() => setImmediate(() => done(world.note('no answer', name)))));
    const answered = (...answer) => {
      clearImmediate(timer);
      world.note(name, { answer: answer.map((value) => look(value)), afterReturning: returned });
      done(answer[1]);
    };
    const outcome = attempt(() => store[name](...given, answered));
    returned = true;
    world.note(`${name} itself`, outcome);
    if (outcome.threw) {
      clearImmediate(timer);
      done();
    }
  });

const session = (world, maxAge, data = {}) => ({ cookie: new world.session.Cookie({ maxAge }), ...data });

describe('MemoryStore', () => {
  same('keeps, hands out, and forgets', async (world) => {
    const store = new world.session.MemoryStore();
    await call(world, store, 'get', 'a');
    await call(world, store, 'set', 'a', session(world, 1000, { n: 1 }));
    await call(world, store, 'set', 'b', session(world, null, { n: 2 }));
    const [first, second] = [await call(world, store, 'get', 'a'), await call(world, store, 'get', 'a')];
    world.note('a new object each', first !== second);
    await call(world, store, 'all');
    await call(world, store, 'length');
    await call(world, store, 'touch', 'a', session(world, 5000, { n: 99 }));
    await call(world, store, 'touch', 'unknown', session(world, 5000));
    await call(world, store, 'get', 'a');
    await call(world, store, 'destroy', 'a');
    await call(world, store, 'destroy', 'unknown');
    await call(world, store, 'get', 'a');
    await call(world, store, 'clear');
    await call(world, store, 'length');
    world.see('sessions', store.sessions);
  });

  for (const name of ['get', 'all', 'length', 'touch', 'set', 'destroy']) {
    same(`expiry: ${name}`, async (world) => {
      const store = new world.session.MemoryStore();
      for (const maxAge of [1000, 2000, null, 0, -1, false])
        await call(world, store, 'set', `age ${maxAge}`, session(world, maxAge));
      for (const pass of [0, 999, 1, 1, 998, 1, 1]) {
        world.pass(pass);
        const given =
          {
            get: ['age 1000'],
            touch: ['age 2000', session(world, 1500)],
            set: ['age 1000', session(world, 100)],
            destroy: ['age 0'],
          }[name] ?? [];
        await call(world, store, name, ...given);
        world.see('sessions', store.sessions);
      }
    });
  }

  const TEXTS = [
    '',
    'broken',
    '{',
    'null',
    'true',
    'false',
    '0',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"cookie":null}',
    '{"cookie":7}',
    '{"cookie":"x"}',
    '{"cookie":true}',
    '{"cookie":{}}',
    '{"cookie":{"expires":null}}',
    '{"cookie":{"expires":7}}',
    '{"cookie":{"expires":9999999999999}}',
    '{"cookie":{"expires":"x"}}',
    '{"cookie":{"expires":"2023-11-14T22:13:20.000Z"}}',
    '{"cookie":{"expires":"2023-11-14T22:13:20.001Z"}}',
    '{"cookie":{"expires":"2024"}}',
    '{"cookie":{"expires":true}}',
    '{"cookie":{"expires":{}}}',
    '{"cookie":{"expires":[]}}',
    '{"cookie":{"expires":""}}',
    '{"cookie":{"expires":"0"}}',
    '{"cookie":{"expires":"Tue, 14 Nov 2023 22:13:21 GMT"}}',
    '{"cookie":{"expires":-1}}',
    '{"cookie":{"expires":false}}',
    '{"__proto__":{"cookie":{"expires":1}}}',
  ];
  for (const text of [...TEXTS, undefined, null, 0, 7, true, {}]) {
    same(`a stored ${JSON.stringify(text)}`, async (world) => {
      for (const [name, ...given] of [
        ['get', 'x'],
        ['touch', 'x', session(world, 1000)],
        ['all'],
        ['length'],
        ['load', 'x'],
        ['destroy', 'x'],
      ]) {
        const store = new world.session.MemoryStore();
        store.generate = () => {};
        store.sessions.x = text;
        if (name === 'load' && typeof text === 'string') {
          // Where it throws, it throws after its return, and nobody would catch it.
          store.get = function (id, callback) {
            const { sessions } = this;
            const data = attempt(() => JSON.parse(sessions[id]));
            if (data.threw) callback(new Error('broken'));
            else
              world.note(
                'load',
                attempt(() => callback(null, JSON.parse(sessions[id]))),
              );
          };
        }
        await call(world, store, name, ...given);
        world.see('left', store.sessions);
      }
    });
  }

  same('without callbacks', async (world) => {
    const store = new world.session.MemoryStore();
    for (const [name, ...given] of [
      ['set', 'a', session(world, 1000)],
      ['touch', 'a', session(world, 2000)],
      ['all'],
      ['destroy', 'a'],
      ['clear'],
    ]) {
      world.note(
        name,
        attempt(() => store[name](...given)),
      );
      world.see('sessions', store.sessions);
    }
    await world.settle();
  });

  for (const id of ['', '__proto__', 'constructor', 'toString', 'a b', 'ü', '7', 7, null, undefined, {}, ['x']]) {
    same(`the id ${JSON.stringify(id)}`, async (world) => {
      const store = new world.session.MemoryStore();
      await call(world, store, 'get', id);
      await call(world, store, 'set', id, session(world, 1000, { n: 1 }));
      await call(world, store, 'get', id);
      await call(world, store, 'touch', id, session(world, 2000));
      await call(world, store, 'all');
      await call(world, store, 'destroy', id);
      await call(world, store, 'length');
    });
  }

  for (const data of [
    null,
    undefined,
    'text',
    7,
    true,
    [],
    {},
    { cookie: null },
    { toJSON: () => 'own' },
    { a: undefined, b: () => 1, c: NaN, d: new Date(0) },
  ]) {
    same(`what is set: ${JSON.stringify(data)}`, async (world) => {
      const store = new world.session.MemoryStore();
      await call(world, store, 'set', 'x', data);
      world.see('sessions', store.sessions);
      await call(world, store, 'set', 'y', session(world, 1000));
      await call(world, store, 'touch', 'y', data);
      world.see('sessions', store.sessions);
    });
  }

  same('what cannot be written', async (world) => {
    const store = new world.session.MemoryStore();
    const circular = { cookie: {} };
    circular.self = circular;
    await call(world, store, 'set', 'x', circular);
    await call(world, store, 'set', 'x', { big: 10n });
    world.see('sessions', store.sessions);
  });

  same('texts put into it from outside', async (world) => {
    const store = world.store();
    store.sessions = { a: '{"cookie":{"path":"/"},"n":1}', b: '{"cookie":{"expires":"2020-01-01T00:00:00.000Z"}}' };
    await call(world, store, 'all');
    store.sessions = Object.freeze({ a: '{"cookie":{"expires":"2020-01-01T00:00:00.000Z"}}' });
    await call(world, store, 'get', 'a');
  });

  same('many', async (world) => {
    const store = new world.session.MemoryStore();
    for (let at = 0; at < 200; at++) store.set(`${(at * 7) % 200}`, session(world, at % 3 === 0 ? 10 : 1000, { at }));
    world.pass(50);
    await call(world, store, 'all');
    await call(world, store, 'length');
    world.note('order', Object.keys(store.sessions));
  });
});

describe('Store', () => {
  const request = (store) => ({ sessionID: 'x', sessionStore: store, url: '/' });

  const DATA = [
    {},
    { cookie: {} },
    { cookie: null },
    { cookie: 7 },
    { cookie: 'x' },
    { cookie: true },
    { cookie: [] },
    null,
    undefined,
    7,
    'text',
    { cookie: { expires: null, originalMaxAge: null } },
    { cookie: { expires: '2023-11-15T00:00:00.000Z', originalMaxAge: 1000 } },
    { cookie: { expires: '2023-11-15T00:00:00.000Z' } },
    { cookie: { originalMaxAge: 1000 } },
    { cookie: { expires: 5000, originalMaxAge: 1000 } },
    { cookie: { expires: new Date(NOW + 1000), originalMaxAge: 1000 } },
    { cookie: { expires: 'never', originalMaxAge: 1000 } },
    { cookie: { expires: '', originalMaxAge: 0 } },
    { cookie: { expires: '2024', originalMaxAge: 'x' } },
    { cookie: { maxAge: 1000 } },
    {
      cookie: {
        path: '/p',
        domain: 'd',
        httpOnly: false,
        secure: true,
        sameSite: 'lax',
        partitioned: true,
        priority: 'low',
        other: 1,
        data: 2,
      },
    },
    { cookie: { expires: 'Tue Nov 14 2023 23:00:00 GMT+0000' } },
    { cookie: { _expires: 'x' } },
    { cookie: { maxAge: 'x' } },
    { cookie: { toJSON: 1, serialize: 2 } },
    { cookie: {}, id: 1, req: 2, save: 3, touch: 4, a: 5, toString: 6, constructor: 7, __proto__: { p: 1 } },
    [1, 2],
    { cookie: { expires: 1e20 } },
  ];
  DATA.forEach((data, at) => {
    same(`createSession of ${JSON.stringify(data)} (${at})`, (world) => {
      const store = new world.session.MemoryStore();
      const req = request(store);
      const given = typeof data === 'object' && data !== null ? structuredClone(data) : data;
      const outcome = attempt(() => store.createSession(req, given));
      world.note('made', outcome);
      world.note('set', [
        outcome.returned !== undefined && req.session instanceof world.session.Session,
        Object.keys(req),
      ]);
      world.see('given, now', given);
      world.note(
        'JSON',
        attempt(() => JSON.stringify(req.session)),
      );
      if (req.session?.cookie) {
        world.note(
          'touch',
          attempt(() => JSON.stringify(req.session.touch())),
        );
        world.pass(1000);
        world.note(
          'touch later',
          attempt(() => JSON.stringify(req.session.touch())),
        );
      }
    });
  });

  same('createSession takes the data, not a copy', (world) => {
    const store = new world.session.MemoryStore();
    const [data, deep] = [{ cookie: {}, deep: { a: 1 } }, { a: 1 }];
    data.deep = deep;
    const made = store.createSession(request(store), data);
    world.note('identity', [
      made.deep === deep,
      made.cookie === data.cookie,
      made === data,
      data.cookie instanceof world.session.Cookie,
    ]);
  });

  same('load', async (world) => {
    const store = new world.session.MemoryStore();
    await call(world, store, 'load', 'none');
    await call(world, store, 'set', 'x', session(world, 1000, { n: 1 }));
    const loaded = await call(world, store, 'load', 'x');
    world.note('loaded', [
      loaded instanceof world.session.Session,
      loaded.id,
      loaded.req.sessionID,
      loaded.req.sessionStore === store,
      Object.keys(loaded.req),
    ]);
    loaded.n = 2;
    await new Promise((done) => loaded.save(done));
    world.see('saved', store.sessions);
    loaded.destroy();
    world.see('destroyed', [store.sessions, 'session' in loaded.req]);
    world.pass(2000);
    await call(world, store, 'load', 'x');
    store.get = (id, callback) => callback(new Error('away'));
    await call(world, store, 'load', 'x');
  });

  same('regenerate', (world) => {
    const store = new world.session.Store();
    const order = [];
    store.destroy = (id, callback) => {
      order.push(['destroy', id]);
      callback(new Error('not destroyed'));
    };
    store.generate = (req) => {
      order.push(['generate', req.sessionID]);
      req.session = 'made';
    };
    const req = request(store);
    world.note(
      'returned',
      attempt(() => store.regenerate(req, (...given) => order.push(['called', look(given), req.session]))),
    );
    world.note('order', order);
    delete store.generate;
    world.note(
      'without generate',
      attempt(() => store.regenerate(req, () => {})),
    );
    world.note(
      'without a callback',
      attempt(() => store.regenerate(req)),
    );
    delete store.destroy;
    world.note(
      'without destroy',
      attempt(() => store.regenerate(req, () => {})),
    );
  });

  same('the names on it', (world) => {
    const { Store, MemoryStore } = world.session;
    for (const name of ['regenerate', 'load', 'createSession', 'on', 'emit', 'generate']) {
      world.note(name, [look(Store.prototype[name]), Store.prototype[name] === MemoryStore.prototype[name]]);
    }
  });
});
