// Beside what else is in a program: other middlewares, upgrades to WebSocket, HTTP/2, threads, and patched classes.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import express from 'express';
import passport from 'passport';
import { ORIGINAL, SUBJECT } from './lib/implementations.mjs';
import { same } from './lib/same.mjs';
import { attempt, keysOf, look } from './lib/look.mjs';
import { KNOWN, known, pairOf } from './lib/known.mjs';
import { SECRET } from './lib/world.mjs';

const require = createRequire(new URL('lib/', import.meta.url));

describe('beside', () => {
  for (const order of ['in front of', 'behind']) {
    same(`compression ${order} the session`, async (world) => {
      for (const make of ['memory', 'sync', 'slow']) {
        const store = world.store(make);
        store.sessions.known = KNOWN;
        const squeeze = compression({ threshold: 0 });
        const app = world.app(
          { store, cookie: { maxAge: 60_000 } },
          (req, res) => {
            const answer = () => {
              req.session.n = (req.session.n ?? 0) + 1;
              res.setHeader('Content-Type', 'text/plain');
              if (req.path === '/parts') {
                res.write('one ');
                res.flush();
                res.end('two');
              } else if (req.path === '/length') {
                res.setHeader('Content-Length', 1000);
                res.end('x'.repeat(1000));
              } else res.send('text '.repeat(500));
            };
            if (order === 'behind') squeeze(req, res, answer);
            else answer();
          },
          { before: order === 'in front of' ? [squeeze] : [] },
        );
        for (const path of ['/', '/parts', '/length']) {
          for (const encoding of ['gzip', 'identity'])
            await world.visit(app, path, { ...known, headers: { 'Accept-Encoding': encoding } });
        }
      }
    });
  }

  same('passport: log in, be known, log out', async (world) => {
    const authenticator = new passport.Passport();
    class ByName extends passport.Strategy {
      name = 'by-name';
      authenticate(req) {
        if (req.query.name) this.success({ name: req.query.name });
        else this.fail('no name', 401);
      }
    }
    authenticator.use(new ByName());
    authenticator.serializeUser((user, done) => done(null, user.name));
    authenticator.deserializeUser((name, done) => (name === 'gone' ? done(null, false) : done(null, { name })));
    for (const make of ['memory', 'sync']) {
      const store = world.store(make);
      const app = express().use(
        world.middleware(world.options({ store, cookie: { maxAge: 60_000 } })),
        authenticator.session(),
      );
      app.get(
        '/login',
        authenticator.authenticate('by-name', { failureMessage: true, keepSessionInfo: true }),
        (req, res) => res.json([req.user, req.session.passport]),
      );
      app.get('/logout', (req, res, next) =>
        req.logout((failure) => (failure ? next(failure) : res.json([req.user ?? null, req.session.passport]))),
      );
      app.use((req, res) => res.json([req.user ?? null, req.isAuthenticated(), req.session.messages]));
      const server = world.listen(world.catching(app));
      await world.browse(
        server,
        '/',
        '/login',
        '/',
        '/login?name=ada',
        '/',
        '/',
        '/logout',
        '/',
        '/login?name=gone',
        '/',
      );
    }
  });

  same('an upgrade: the middleware called with an object for a response', async (world) => {
    for (const make of ['memory', 'sync']) {
      const store = world.store(make);
      store.sessions.known = KNOWN;
      const middleware = world.middleware(world.options({ store, cookie: { maxAge: 60_000 } }));
      for (const cookie of [undefined, known.cookie, pairOf('unknown')]) {
        for (const response of [{}, { end: () => 'own end' }]) {
          const canEnd = 'end' in response;
          const request = { url: '/socket', headers: { ...(cookie && { cookie }) }, connection: {} };
          const called = await new Promise((done) => middleware(request, response, (...given) => done(given)));
          world.note('called', [called.map((value) => look(value)), keysOf(request), Object.keys(response)]);
          world.see('session', request.session);
          request.session.n = 1;
          world.note('saved', await new Promise((done) => request.session.save((failure) => done(look(failure)))));
          world.note('reloaded', await new Promise((done) => request.session.reload((failure) => done(look(failure)))));
          request.session.touch().save();
          if (canEnd) world.note('end', attempt(() => typeof response.end('x')).returned);
        }
      }
      await world.settle();
    }
  });

  same('requests that are only objects', async (world) => {
    const middleware = world.middleware(world.options({ store: world.store('sync'), saveUninitialized: true }));
    for (const request of [
      {},
      { headers: {} },
      { url: '/' },
      { url: '/', headers: {} },
      { url: '/', headers: {}, connection: null },
      { originalUrl: '/', headers: {} },
      { url: '/', headers: { cookie: known.cookie }, socket: {} },
    ]) {
      world.note(
        'called',
        attempt(() =>
          middleware(request, {}, (...given) =>
            world.note(
              'next',
              given.map((value) => look(value)),
            ),
          ),
        ),
      );
      world.note('keys', keysOf(request));
    }
    world.note('no request', attempt(() => middleware(undefined, {}, () => {})).threw?.error);
    world.note('no response', attempt(() => middleware({ url: '/', headers: {} }, undefined, () => {})).threw?.error);
    world.note('no next', attempt(() => middleware({ url: '/', headers: {} }, {})).threw);
  });

  same('requests and responses whose fields are fixed, or throw', async (world) => {
    const spoils = {
      'session not writable': (req) => Object.defineProperty(req, 'session', { value: undefined }),
      'sessionID not writable': (req) => Object.defineProperty(req, 'sessionID', { value: undefined }),
      'sessionStore not writable': (req) => Object.defineProperty(req, 'sessionStore', { value: undefined }),
      'session without a setter': (req) => Object.defineProperty(req, 'session', { get: () => undefined }),
      'a request that cannot be extended': (req) => Object.preventExtensions(req),
      'end not writable': (req, res) => Object.defineProperty(res, 'end', { value: res.end }),
      'setHeader throws': (req, res) => {
        const { setHeader } = res;
        res.setHeader = (name, value) => {
          if (name === 'Set-Cookie') throw new RangeError('no cookies');
          return setHeader.call(res, name, value);
        };
      },
      'getHeader throws': (req, res) => {
        res.getHeader = () => {
          throw new RangeError('no headers');
        };
      },
      'headers already sent': (req, res) => res.flushHeaders(),
      'already ended': (req, res) => res.end('early'),
    };
    for (const [name, spoil] of Object.entries(spoils)) {
      for (const make of ['memory', 'sync']) {
        for (const visit of [{}, known]) {
          const store = world.store(make);
          store.sessions.known = KNOWN;
          const before = [
            (req, res, next) => {
              spoil(req, res);
              next();
            },
          ];
          const handler = (req, res) => {
            if (req.session) req.session.n = 1;
            world.note('handler', [name, typeof req.session, req.sessionID]);
            const said = attempt(() => res.end('text'));
            if (said.threw) req.socket.destroy();
            world.note('said', said.threw);
          };
          await world.visit(world.app({ store, cookie: { maxAge: 60_000 } }, handler, { before }), '/', visit);
        }
      }
    }
  });

  same('a next that throws', async (world) => {
    for (const make of ['memory', 'sync']) {
      const store = world.store(make);
      Object.assign(store.sessions, { known: KNOWN, broken: '{}' });
      const middleware = world.middleware(world.options({ store }));
      for (const id of [undefined, 'known', 'broken', 'unknown']) {
        const headers = id ? { cookie: pairOf(id) } : {};
        const req = { url: '/', headers, connection: {} };
        let calls = 0;
        const next = (failure) => {
          world.note('next', look(failure));
          calls += 1;
          throw new RangeError(`thrown by next ${calls}`);
        };
        world.note(
          'called',
          attempt(() => middleware(req, {}, next)),
        );
        await world.settle();
        world.note('calls', [calls, typeof req.session]);
      }
    }
  });

  same('HTTP/2', async (world) => {
    const store = world.store();
    store.sessions.known = KNOWN;
    const middleware = world.middleware(world.options({ store, cookie: { maxAge: 60_000 } }));
    const server = http2
      .createServer((req, res) =>
        middleware(req, res, () => {
          req.session.n = (req.session.n ?? 0) + 1;
          const said = attempt(() => {
            if (req.url === '/parts') res.write('one ');
            res.end('text');
          });
          world.note('said', said.threw?.message);
          if (said.threw) res.stream.destroy();
        }),
      )
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
    for (const [path, cookie] of [
      ['/', 'a=1'],
      ['/', known.cookie],
      ['/parts', known.cookie],
    ]) {
      const stream = client.request({ ':path': path, cookie });
      let [text, headers] = ['', undefined];
      stream
        .setEncoding('utf8')
        .on('data', (chunk) => {
          text += chunk;
        })
        .on('response', (given) => {
          headers = given;
        })
        .on('error', () => {});
      await once(stream, 'close');
      const { date, ...rest } = headers ?? {};
      world.note('answer', { text, headers: look(rest), dated: date !== undefined });
      await world.settle();
    }
    client.destroy();
    await new Promise((closed) => server.close(closed));
  });

  same('the asynchronous context is kept', async (world) => {
    const storage = new AsyncLocalStorage();
    const store = world.store();
    store.sessions.known = KNOWN;
    const before = [(req, res, next) => storage.run(`of ${req.path}`, next)];
    const app = world.app(
      { store, cookie: { maxAge: 60_000 } },
      (req, res) => {
        world.note('handler', storage.getStore());
        req.session.n = 1;
        req.session.save(() => {
          world.note('saved', storage.getStore());
          req.session.regenerate(() => {
            world.note('regenerated', storage.getStore());
            res.end();
          });
        });
      },
      { before },
    );
    for (const path of ['/a', '/b']) await world.visit(app, path, known);
  });

  same('cookie-parser and two programs that share their cookies', async (world) => {
    const store = world.store();
    const one = world.app({ store, saveUninitialized: true }, (req, res) => res.end(req.sessionID), {
      before: [cookieParser(SECRET)],
    });
    const { cookie } = await world.browse(one, '/', '/');
    const other = world.app({ store, secret: 'another' }, (req, res) => res.end(req.sessionID), {
      before: [cookieParser(SECRET)],
    });
    await world.visit(other, '/', { cookie });
  });

  for (const name of [ORIGINAL, SUBJECT]) {
    it(`in threads: ${name === SUBJECT ? 'ours' : 'the original'}`, async () => {
      const threads = [1, 2, 3].map(
        () =>
          new Worker(fileURLToPath(new URL('programs/worker.mjs', import.meta.url)), {
            workerData: require.resolve(name),
          }),
      );
      const told = await Promise.all(threads.map(async (thread) => (await once(thread, 'message'))[0]));
      await Promise.all(threads.map((thread) => thread.terminate()));
      const line = 'connect.sid=s%3Aid-1.CPR9G%2BFSBBnxuYQ%2BZ3H8BMX5zTG4peEH%2FAy29BT%2FEfQ; Path=/; HttpOnly';
      for (const one of told)
        assert.deepEqual(one, [
          [200, [line], '1'],
          [200, [], '2'],
          [200, [], '3'],
        ]);
    });
  }

  it('loaded again, as tools do that give each file its own modules', () => {
    for (let left = 3; left > 0; left--) {
      for (const file of Object.keys(require.cache)) delete require.cache[file];
      const session = require(SUBJECT);
      const cookie = new session.Cookie({ maxAge: 1000 });
      assert.equal(cookie.originalMaxAge, 1000);
      assert.equal(typeof session({ secret: SECRET, resave: false, saveUninitialized: false }), 'function');
    }
  });
});
