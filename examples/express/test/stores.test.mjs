// Stores of every make behind the middleware, and stores that fail.

import { same } from './lib/same.mjs';
import { attempt, look } from './lib/look.mjs';
import { KNOWN, known, pairOf } from './lib/known.mjs';
import { makes, spoil } from './lib/stores.mjs';

/** What a handler does, by the path that is visited. */
const WORK = {
  '/noop': (req, res) => res.end('noop'),
  '/change': (req, res) => {
    req.session.n = (req.session.n ?? 0) + 1;
    res.end(`n ${req.session.n}`);
  },
  '/write': (req, res) => {
    req.session.n = 9;
    res.write('one ');
    res.write('two ');
    res.end('three');
  },
  '/length': (req, res) => {
    req.session.n = 8;
    res.setHeader('Content-Length', 4);
    res.end('four');
  },
  '/empty': (req, res) => {
    req.session.n = 7;
    res.end();
  },
  '/save': (req, res) => {
    req.session.n = 6;
    req.session.save((failure) => res.end(`saved ${failure?.message}`));
  },
  '/reload': (req, res) => req.session.reload((failure) => res.end(`reloaded ${failure?.message} ${req.session?.n}`)),
  '/regenerate': (req, res) =>
    req.session.regenerate((failure) => {
      if (req.session) req.session.r = 1;
      res.end(`new ${failure?.message}`);
    }),
  '/destroy': (req, res) =>
    req.session.destroy((failure) => res.end(`destroyed ${failure?.message} ${typeof req.session}`)),
  '/null': (req, res) => {
    req.session = null;
    res.end('null');
  },
  '/delete': (req, res) => {
    delete req.session;
    res.write('de');
    res.end('leted');
  },
};

const work = (req, res) => WORK[req.path](req, res);

describe('stores', () => {
  for (const make of Object.keys(makes)) {
    for (const options of [{}, { resave: true, saveUninitialized: true, rolling: true, unset: 'destroy' }]) {
      for (const path of Object.keys(WORK)) {
        same(`${make}, ${path}, ${JSON.stringify(options)}`, async (world) => {
          const store = world.store(make);
          store.sessions.known = KNOWN;
          const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, work);
          for (const visit of [{}, known, { cookie: pairOf('unknown') }]) await world.visit(app, path, visit);
          await world.browse(app, '/change', path, path);
        });
      }
    }
  }

  const coded = (code) => Object.assign(new Error('boom'), { code });
  const failures = {
    'an error': new Error('boom'),
    ENOENT: coded('ENOENT'),
    ECONNREFUSED: coded('ECONNREFUSED'),
    'a status': Object.assign(new Error('boom'), { status: 503 }),
    text: 'boom',
    'a number': 7,
    true: true,
    'an object': { message: 'boom' },
    'an object ENOENT': { code: 'ENOENT' },
  };
  for (const [name, failure] of Object.entries(failures)) {
    for (const call of ['get', 'set', 'touch', 'destroy']) {
      for (const at of ['later', 'once']) {
        same(`${call} fails ${at} with ${name}`, async (world) => {
          const store = world.store('memory', (made) => spoil(made, { [call]: { error: failure, at } }));
          store.sessions.known = KNOWN;
          for (const unset of ['keep', 'destroy']) {
            const app = world.app({ store, cookie: { maxAge: 60_000 }, unset }, work);
            for (const path of Object.keys(WORK)) await world.visit(app, path, known);
            await world.visit(app, '/change');
          }
        });
      }
    }
  }

  for (const call of ['get', 'set', 'touch', 'destroy', 'createSession', 'regenerate']) {
    same(`${call} throws`, async (world) => {
      const store = world.store('sync', (made) => spoil(made, { [call]: { thrown: new RangeError('thrown') } }));
      store.sessions.known = KNOWN;
      const app = world.app({ store, cookie: { maxAge: 60_000 } }, work);
      for (const path of Object.keys(WORK)) {
        await world.visit(app, path, known);
        await world.settle();
      }
    });
  }

  for (const answer of [
    [null, null],
    [null, undefined],
    [],
    [null, false],
    [null, 0],
    [null, ''],
    [undefined, undefined],
    [null, {}],
    [null, 'text'],
    [null, 7],
    [null, []],
    [null, { cookie: {} }],
    [null, { cookie: { originalMaxAge: null, expires: null }, a: 1 }],
    [null, Object.freeze({ cookie: {} })],
    [null, new Map()],
    [0, null],
    ['', null],
    [false, null],
  ]) {
    same(`get answers ${JSON.stringify(answer)}`, async (world) => {
      const store = world.store('sync', (made) =>
        Object.assign(made, { get: (id, callback) => callback(...answer.map((value) => structuredCloneOf(value))) }),
      );
      const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
        world.see('session', req.session);
        res.end();
      });
      await world.visit(app, '/', known);
    });
  }

  same('get answers with a session', async (world) => {
    const { Cookie, Session } = world.session;
    for (const give of [
      () => ({ cookie: new Cookie({ maxAge: 1000 }), a: 1 }),
      () => Object.assign(new Session({ sessionID: 'other' }), { cookie: new Cookie(), a: 1 }),
    ]) {
      const store = world.store('sync', (made) =>
        Object.assign(made, { get: (id, callback) => callback(null, give()) }),
      );
      const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
        world.see('session', req.session);
        req.session.b = 2;
        res.end();
      });
      await world.visit(app, '/', known);
    }
  });

  same('get answers the same object every time', async (world) => {
    const data = {
      cookie: { originalMaxAge: 60_000, expires: '2023-11-14T22:14:00.000Z', httpOnly: true, path: '/' },
      a: 1,
    };
    const store = world.store('sync', (made) => Object.assign(made, { get: (id, callback) => callback(null, data) }));
    const app = world.app({ store }, work);
    for (const path of ['/change', '/noop', '/change', '/reload']) await world.visit(app, path, known);
    world.see('data', data);
  });

  for (const name of ['get', 'set', 'touch', 'destroy']) {
    same(`${name} answers twice`, async (world) => {
      const store = world.store('sync', (made) => {
        const once = made[name];
        made[name] = (...given) =>
          once.call(made, ...given.slice(0, -1), (...answer) => {
            given.at(-1)(...answer);
            given.at(-1)(...answer);
          });
        return made;
      });
      store.sessions.known = KNOWN;
      let calls = 0;
      const app = world.app({ store, cookie: { maxAge: 60_000 }, unset: 'destroy' }, (req, res) => {
        calls += 1;
        if (calls % 2 === 1 || name !== 'get') attempt(() => work(req, res));
      });
      for (const path of ['/noop', '/change', '/null', '/length']) {
        store.sessions.known = KNOWN;
        await world.visit(app, path, known);
        await world.settle();
      }
      world.note('calls', calls);
    });
  }

  same('disconnect and connect', async (world) => {
    const store = world.store();
    const app = world.app({ store, saveUninitialized: true }, (req, res) => {
      world.see('session', [typeof req.session, req.sessionID, typeof req.sessionStore]);
      res.end();
    });
    for (const event of ['disconnect', 'disconnect', 'connect', 'connect', 'disconnect', 'connect']) {
      world.note(event, store.emit(event));
      await world.visit(app);
    }
    world.see('store', store);
  });

  same('disconnect during a request', async (world) => {
    const store = world.store();
    const app = world.app({ store, saveUninitialized: true }, (req, res) => {
      store.emit('disconnect');
      req.session.a = 1;
      req.session.save(() => res.end());
    });
    await world.visit(app);
    await world.visit(app);
  });

  same('one store, two middlewares', async (world) => {
    const store = world.store();
    const first = world.app({ store, name: 'first', genid: () => 'one', cookie: { maxAge: 1000 } }, work);
    const second = world.app({ store, name: 'second', genid: () => 'two', cookie: { maxAge: 2000 } }, work);
    for (const app of [first, second]) for (const path of ['/change', '/regenerate']) await world.visit(app, path);
  });

  for (const store of [
    {},
    { on() {} },
    { on() {}, get() {}, set() {}, destroy() {} },
    'text',
    7,
    true,
    [],
    () => {},
    null,
    0,
    '',
    false,
  ]) {
    same(`a store that is ${typeof store} ${JSON.stringify(store)}`, (world) => {
      const made = attempt(() => world.session(world.options({ store })));
      world.note('made', made);
      world.note(
        'given',
        attempt(() => Object.keys(store)),
      );
    });
  }

  same('a store of another package', async (world) => {
    // What a session needs of a store, and no more.
    const texts = new Map([['known', KNOWN]]);
    const events = [];
    const store = {
      on: (name, listener) => events.push([name, typeof listener]),
      get: (id, callback) => callback(null, texts.has(id) ? JSON.parse(texts.get(id)) : null),
      set: (id, data, callback) => {
        texts.set(id, JSON.stringify(data));
        callback(null, 'OK');
      },
      destroy: (id, callback) => {
        texts.delete(id);
        callback(null, 1);
      },
      createSession: world.session.Store.prototype.createSession,
      regenerate: world.session.Store.prototype.regenerate,
    };
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, work);
    for (const path of Object.keys(WORK)) {
      texts.set('known', KNOWN);
      await world.visit(app, path, known);
      world.note('texts', [...texts]);
    }
    world.note('events', events);
    world.see('store', Object.keys(store));
  });

  same('a store that cannot be changed', (world) => {
    const store = Object.freeze(new world.session.MemoryStore());
    world.note(
      'made',
      attempt(() => world.session(world.options({ store }))),
    );
  });

  same('touch given and taken away while running', async (world) => {
    const store = world.store('untouchable');
    store.sessions.known = KNOWN;
    const app = world.app({ store }, work);
    await world.visit(app, '/noop', known);
    store.touch = (id, data, callback) => {
      world.note('touch', look(data.cookie.expires));
      callback();
    };
    await world.visit(app, '/noop', known);
    const other = world.store();
    other.sessions.known = KNOWN;
    const late = world.app({ store: other }, work);
    delete other.touch;
    other.touch = undefined;
    await world.visit(late, '/noop', known);
  });

  same('generate replaced by the program', async (world) => {
    const store = world.store();
    const options = world.options({ store, saveUninitialized: true });
    const middleware = world.middleware(options);
    const { generate } = store;
    store.generate = function (req) {
      world.note('generate', [this === store, req.url]);
      generate.call(this, req);
      req.session.born = 'here';
    };
    const app = world.listen((req, res) =>
      middleware(req, res, () => work(Object.assign(req, { path: req.url }), res)),
    );
    await world.browse(app, '/noop', '/regenerate');
  });

  same('generate called by the program', async (world) => {
    const store = world.store();
    const app = world.app({ store, cookie: { maxAge: 1000 } }, (req, res) => {
      const old = req.session;
      world.note(
        'generate',
        attempt(() => store.generate(req)),
      );
      world.see('session', req.session);
      world.note('other', [old === req.session, old.id]);
      req.session.a = 1;
      res.end();
    });
    await world.visit(app);
    await world.browse(app, '/', '/');
  });

  same('two requests of one session at once', async (world) => {
    const store = world.store();
    store.sessions.known = KNOWN;
    let waiting;
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
      req.session[req.path] = 1;
      if (req.path === '/first') waiting = () => res.end('first');
      else {
        res.end('second');
        setImmediate(() => setImmediate(waiting));
      }
    });
    const first = world.visit(app, '/first', known);
    while (!waiting) await world.settle();
    await world.visit(app, '/second', known);
    await first;
  });

  same('gone in the meantime', async (world) => {
    for (const options of [{}, { resave: true }]) {
      for (const path of ['/noop', '/change', '/save', '/reload']) {
        const store = world.store();
        store.sessions.known = KNOWN;
        const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => {
          store.sessions = {};
          work(req, res);
        });
        await world.visit(app, path, known);
        world.note('left', { ...store.sessions });
      }
    }
  });
});

function structuredCloneOf(value) {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value) ? structuredClone(value) : value;
}
