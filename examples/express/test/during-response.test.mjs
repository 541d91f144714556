// What happens around the end of a response: late changes, listeners, patches, errors, pipelines, data without JSON.

import { createRequire } from 'node:module';
import { KNOWN, known } from './lib/known.mjs';
import { attempt, keysOf } from './lib/look.mjs';
import { same } from './lib/same.mjs';
import { WAYS } from './lib/ways.mjs';

const onHeaders = createRequire(import.meta.url)('on-headers');

describe('during the response', () => {
  same('what is changed after the headers', async (world) => {
    const late = {
      data: (req) => {
        req.session.late = 1;
      },
      cookie: (req) => {
        req.session.cookie.maxAge = 1000;
      },
      null: (req) => {
        req.session = null;
      },
      delete: (req) => {
        delete req.session;
      },
      id: (req) => {
        req.sessionID = 'late';
      },
      regenerate: (req) => req.session.regenerate(() => {}),
      destroy: (req) => req.session.destroy(() => {}),
      save: (req) => {
        req.session.late = 1;
        req.session.save();
      },
      touch: (req) => req.session.touch(),
    };
    for (const [name, change] of Object.entries(late)) {
      for (const options of [{}, { unset: 'destroy', rolling: true }, { saveUninitialized: true, resave: true }]) {
        const store = world.store();
        const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => {
          if (req.path === '/before') req.session.n = 1;
          res.write('one');
          world.pass(1000);
          change(req);
          setImmediate(() => setImmediate(() => res.end('two')));
        });
        for (const [path, visit] of [
          ['/', {}],
          ['/before', {}],
          ['/', known],
          ['/before', known],
        ]) {
          store.sessions = { known: KNOWN };
          world.note('case', { name, options, path });
          await world.visit(app, path, visit);
          await world.settle();
          world.note('left', { ...store.sessions });
        }
      }
    }
  });

  same('the date goes on between headers and end', async (world) => {
    const store = world.store();
    store.sessions.known = KNOWN;
    for (const rolling of [true, false]) {
      const app = world.app({ store, rolling, cookie: { maxAge: 60_000 } }, (req, res) => {
        world.pass(1000);
        res.write('one');
        world.pass(5000);
        res.end('two');
      });
      await world.visit(app, '/', known);
    }
  });

  same('listeners of headers', async (world) => {
    const listeners = {
      'that changes data': (req) => {
        req.session.listened = 1;
      },
      'that sets null': (req) => {
        req.session = null;
      },
      'that changes the cookie': (req) => {
        req.session.cookie.maxAge = 1000;
      },
      'that sets a cookie': (req, res) => {
        res.setHeader('Set-Cookie', 'own=value');
      },
      'that removes cookies': (req, res) => {
        res.removeHeader('Set-Cookie');
      },
      'that reads them': (req, res) => {
        world.note('headers', res.getHeaders());
      },
      'that changes the id': (req) => {
        req.sessionID = 'listened';
      },
    };
    for (const [name, listen] of Object.entries(listeners)) {
      for (const where of ['before', 'after']) {
        const store = world.store();
        store.sessions.known = KNOWN;
        const before = [
          (req, res, next) => {
            if (where === 'before') onHeaders(res, () => listen(req, res));
            next();
          },
        ];
        const app = world.app(
          { store, cookie: { maxAge: 60_000 }, rolling: true },
          (req, res) => {
            if (where === 'after') onHeaders(res, () => listen(req, res));
            res.end('text');
          },
          { before },
        );
        world.note('case', { name, where });
        for (const visit of [{}, known]) await world.visit(app, '/', visit);
      }
    }
  });

  same('end and write replaced, before and after', async (world) => {
    const patch = (res, who) => {
      for (const name of ['end', 'write', 'writeHead', 'setHeader']) {
        const own = res[name];
        res[name] = function (...given) {
          world.note(who, [
            name,
            given.length,
            given.map((value) =>
              Buffer.isBuffer(value) ? value.toString() : typeof value === 'function' ? 'function' : value,
            ),
          ]);
          return own.apply(this, given);
        };
      }
    };
    for (const make of ['memory', 'sync']) {
      for (const way of [
        'end()',
        'end(text)',
        'end(text, encoding, callback)',
        'write, end(text)',
        'a length and text',
        'json',
        'writeHead, end',
        'end twice',
      ]) {
        const store = world.store(make);
        const before = [
          (req, res, next) => {
            patch(res, 'outer');
            next();
          },
        ];
        const app = world.app(
          { store, cookie: { maxAge: 60_000 } },
          (req, res) => {
            patch(res, 'inner');
            req.session.n = 1;
            WAYS[way](res, (what) => world.note('way', what));
          },
          { before },
        );
        world.note('case', { make, way });
        await world.visit(app);
        await world.settle();
      }
    }
  });

  same('what the middleware leaves on the response', async (world) => {
    const store = world.store();
    let plain;
    const before = [
      (req, res, next) => {
        plain = [Object.keys(res), Object.keys(req)];
        next();
      },
    ];
    const app = world.app(
      { store },
      (req, res) => {
        world.note('new keys', [
          Object.keys(res).filter((key) => !plain[0].includes(key)),
          keysOf(req).filter((key) => !plain[1].includes(key)),
        ]);
        world.see('end', [res.end, res.write, res.writeHead]);
        world.note('session', [
          Object.getOwnPropertyDescriptor(req, 'session') && 'own',
          Object.keys(Object.getOwnPropertyDescriptor(req, 'session')),
        ]);
        res.end();
      },
      { before },
    );
    await world.visit(app);
    await world.visit(app, '/', known);
  });

  same('errors of the program', async (world) => {
    const failures = {
      'thrown at once': () => {
        throw new RangeError('at once');
      },
      'thrown after a change': (req) => {
        req.session.n = 1;
        throw new RangeError('after a change');
      },
      'thrown after write': (req, res) => {
        req.session.n = 1;
        res.write('one');
        throw new RangeError('after write');
      },
      'thrown after end': (req, res) => {
        req.session.n = 1;
        res.end('one');
        throw new RangeError('after end');
      },
      'a rejected promise': async (req) => {
        req.session.n = 1;
        await null;
        throw new RangeError('rejected');
      },
      'given to next': (req, res, next) => {
        req.session.n = 1;
        next(new RangeError('given'));
      },
      'given to next after end': (req, res, next) => {
        req.session.n = 1;
        res.end();
        next(new RangeError('given'));
      },
    };
    for (const [name, fail] of Object.entries(failures)) {
      const app = world.app({ store: world.store(), cookie: { maxAge: 60_000 } }, fail);
      world.note('case', name);
      await world.visit(app);
      await world.settle();
    }
  });

  const unwritable = {
    circular: (session) => {
      session.self = session;
    },
    'circular inside': (session) => {
      session.a = { b: [] };
      session.a.b.push(session.a);
    },
    BigInt: (session) => {
      session.big = 10n;
    },
    'a toJSON that throws': (session) => {
      session.a = {
        toJSON() {
          throw new RangeError('no JSON');
        },
      };
    },
    'a getter that throws': (session) =>
      Object.defineProperty(session, 'a', {
        enumerable: true,
        get() {
          throw new RangeError('no value');
        },
      }),
    'a proxy that throws': (session) => {
      session.a = new Proxy(
        {},
        {
          ownKeys() {
            throw new RangeError('no keys');
          },
        },
      );
    },
  };
  for (const [name, spoil] of Object.entries(unwritable)) {
    same(`data that cannot be written: ${name}`, async (world) => {
      for (const way of ['end()', 'end(text)', 'write, end(text)', 'a length and text', 'json']) {
        for (const options of [{}, { saveUninitialized: true }, { rolling: true, resave: true }]) {
          const store = world.store();
          store.sessions.known = KNOWN;
          const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => {
            spoil(req.session);
            const said = attempt(() => WAYS[way](res, () => {}));
            world.note('said', said.threw);
            // The response can never end now.
            if (said.threw) req.socket.destroy();
          });
          for (const visit of [{}, known]) await world.visit(app, '/', visit);
        }
      }
    });
  }

  same('requests in a pipeline', async (world) => {
    const store = world.store('sync');
    store.sessions.known = KNOWN;
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
      req.session.paths = [...(req.session.paths ?? []), req.path];
      if (req.path === '/b') setImmediate(() => res.end(`${req.session.paths}`));
      else res.end(`${req.session.paths}`);
    });
    const line = (path, connection) =>
      `GET ${path} HTTP/1.1\r\nHost: a\r\nCookie: ${known.cookie}\r\nConnection: ${connection}\r\n\r\n`;
    await world.raw(app, line('/a', 'close'));
    await world.raw(
      app,
      line('/a', 'keep-alive').replace(known.cookie, 'a=1') + line('/b', 'keep-alive') + line('/c', 'close'),
    );
  });

  same('HTTP/1.0, and a body to read', async (world) => {
    const store = world.store();
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, async (req, res) => {
      let length = 0;
      for await (const chunk of req) length += chunk.length;
      req.session.length = length;
      res.write(`${length}`);
      res.end();
    });
    await world.raw(app, 'GET / HTTP/1.0\r\n\r\n');
    await world.raw(app, 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello');
    await world.visit(app, '/', {
      method: 'POST',
      body: 'x'.repeat(100_000),
      headers: { 'Content-Type': 'text/plain' },
    });
  });

  same('without Express', async (world) => {
    for (const way of [
      'end()',
      'end(text)',
      'write, end(text)',
      'a length and text',
      'writeHead with cookies',
      'flushHeaders, end',
      'end twice',
    ]) {
      const store = world.store();
      store.sessions.known = KNOWN;
      const app = world.bare({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
        req.session.n = 1;
        WAYS[way](res, (what) => world.note('way', what));
      });
      for (const visit of [{}, known]) await world.visit(app, '/', visit);
    }
  });

  same('the browser goes away', async (world) => {
    const store = world.store('slow');
    store.sessions.known = KNOWN;
    const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
      req.session.n = 1;
      res.on('close', () =>
        setImmediate(() => {
          world.note('close', [res.writableEnded, res.destroyed]);
          world.note(
            'end',
            attempt(() => typeof res.end('too late')),
          );
        }),
      );
      req.socket.destroy();
    });
    await world.visit(app, '/', known);
    await world.settle();
  });
});
