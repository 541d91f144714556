// The path of the cookie, mounted programs, and several middlewares on one request.

import express from 'express';
import { same } from './lib/same.mjs';
import { pairOf } from './lib/known.mjs';

const KNOWN = '{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"a":1}';

const show = (world) => (req, res) => {
  world.see('seen', [req.originalUrl, req.url, typeof req.session, req.sessionID, typeof req.sessionStore]);
  if (req.session) req.session.n = 1;
  res.end();
};

describe('the path of the cookie', () => {
  const targets = [
    '/',
    '/admin',
    '/admin/',
    '/administrator',
    '/admin/x',
    '/ADMIN',
    '/%61dmin',
    '/x/admin',
    '/admin?x=/y',
    '/?/admin',
    '/admin#x',
    '//admin',
    '/admin;x',
    '/adm',
    '/./admin',
    '/x/../admin',
  ];
  for (const path of [
    '/',
    '/admin',
    '/admin/',
    'admin',
    '',
    undefined,
    null,
    '/a',
    '/admin?x',
    '/%61dmin',
    '/ADMIN',
    '?',
    '//',
  ]) {
    same(`${JSON.stringify(path)}`, async (world) => {
      const app = world.app({ store: world.store(), cookie: { path } }, show(world));
      for (const target of targets) await world.visit(app, target);
    });
  }

  for (const path of [7, true, {}, ['/admin'], /admin/]) {
    same(`that is no text: ${String(path)}`, async (world) => {
      const app = world.app({ store: world.store(), cookie: { path } }, show(world));
      for (const target of ['/', '/7', '/admin']) await world.visit(app, target);
    });
  }

  const lines = [
    'GET / HTTP/1.1',
    'GET http://a/admin/x HTTP/1.1',
    'GET http://a HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET //a/admin HTTP/1.1',
    'GET /admin/ü HTTP/1.1',
    'GET ?x HTTP/1.1',
    'GET http://a:b@c/admin?x#y HTTP/1.1',
    'GET /admin\\x HTTP/1.1',
    'GET /admin"x HTTP/1.1',
    'GET \\admin HTTP/1.1',
    'GET /a^|b HTTP/1.1',
  ];
  for (const line of lines) {
    same(`the target of ${line}`, async (world) => {
      for (const path of ['/', '/admin']) {
        const app = world.bare({ store: world.store(), cookie: { path } }, show(world));
        await world.raw(app, `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`);
      }
    });
  }

  for (const [url, originalUrl] of [
    ['', undefined],
    ['', ''],
    ['/admin', '/x'],
    ['/x', '/admin'],
    [undefined, '/admin'],
    ['/admin', undefined],
    ['/admin', ''],
    [7, undefined],
    ['/x', 7],
    [null, null],
    ['/admin', ' /admin'],
  ]) {
    same(`url ${JSON.stringify(url)}, originalUrl ${JSON.stringify(originalUrl)}`, async (world) => {
      for (const path of ['/', '/admin']) {
        const options = world.options({ store: world.store(), cookie: { path } });
        const middleware = world.middleware(options);
        const app = world.listen((req, res) => {
          req.url = url;
          req.originalUrl = originalUrl;
          try {
            middleware(req, res, () => show(world)(req, res));
          } catch (thrown) {
            world.see('threw', thrown);
            res.end();
          }
        });
        await world.visit(app);
      }
    });
  }

  same('of the stored session', async (world) => {
    const store = world.store();
    store.sessions.known = KNOWN.replace('"path":"/"', '"path":"/stored"');
    const app = world.app({ store, rolling: true }, show(world));
    for (const path of ['/', '/stored']) await world.visit(app, path, { cookie: pairOf('known') });
  });
});

describe('mounted', () => {
  same('the middleware on a path', async (world) => {
    for (const path of ['/', '/api', '/api/inner', '/inner']) {
      const app = express();
      app.use('/api', world.middleware(world.options({ store: world.store(), cookie: { path } })), show(world));
      app.use(show(world));
      const server = world.listen(world.catching(app));
      for (const target of ['/api', '/api/inner', '/inner']) await world.visit(server, target);
    }
  });

  same('the program in a program', async (world) => {
    const store = world.store();
    const inner = express();
    inner.use(world.middleware(world.options({ store, cookie: { path: '/outer/inner' } })), show(world));
    const outer = express().use('/outer', inner).use(show(world));
    const server = world.listen(world.catching(outer));
    for (const target of ['/outer/inner', '/outer', '/inner']) await world.browse(server, target, target);
  });

  same('the same middleware twice', async (world) => {
    const middleware = world.middleware(world.options({ store: world.store(), saveUninitialized: true }));
    const server = world.listen(world.catching(express().use(middleware, middleware, middleware, show(world))));
    await world.browse(server, '/', '/');
  });

  same('two middlewares: the first wins', async (world) => {
    const stores = [world.store(), world.store('sync')];
    const [first, second] = stores.map((store, at) =>
      world.middleware(world.options({ store, name: `n${at}`, genid: () => `g${at}`, saveUninitialized: true })),
    );
    const server = world.listen(world.catching(express().use(first, second, show(world))));
    await world.browse(server, '/', '/');
    const apart = world.listen(world.catching(express().use('/a', first).use('/b', second).use(show(world))));
    for (const target of ['/a', '/b', '/c']) await world.visit(apart, target);
  });

  same('two middlewares on two paths of the cookie', async (world) => {
    const admin = world.middleware(
      world.options({ store: world.store(), name: 'admin', cookie: { path: '/admin' }, genid: () => 'of-admin' }),
    );
    const all = world.middleware(world.options({ store: world.store(), name: 'all', genid: () => 'of-all' }));
    const server = world.listen(world.catching(express().use(admin, all, show(world))));
    for (const target of ['/admin', '/']) await world.visit(server, target);
  });

  same('the second after the first let go', async (world) => {
    const stores = [world.store(), world.store()];
    const [first, second] = stores.map((store, at) =>
      world.middleware(
        world.options({ store, name: `n${at}`, genid: () => `g${at}`, saveUninitialized: true, unset: 'destroy' }),
      ),
    );
    const letGo = (req, res, next) => {
      req.session = null;
      next();
    };
    const server = world.listen(world.catching(express().use(first, letGo, second, show(world))));
    await world.browse(server, '/', '/');
  });

  same('the middleware after the response', async (world) => {
    const middleware = world.middleware(world.options({ store: world.store(), saveUninitialized: true }));
    const early = (req, res, next) => {
      res.end('early');
      next();
    };
    const server = world.listen(
      world.catching(
        express().use(early, middleware, (req, res) => {
          world.see('seen', [typeof req.session, res.end('again')]);
        }),
      ),
    );
    await world.visit(server);
    await world.settle();
  });
});
