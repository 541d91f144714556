// The response: written at once or in parts, ended in every way, changed by others, and without a body.

import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { same } from './lib/same.mjs';
import { attempt, keysOf } from './lib/look.mjs';
import { pairOf } from './lib/sign.mjs';

const onHeaders = createRequire(import.meta.url)('on-headers');

const KNOWN = '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:00.000Z","httpOnly":true,"path":"/"},"a":1}';
const known = { cookie: pairOf('known') };
const LAZY = { unset: 'destroy' };
const EAGER = { rolling: true, resave: true, saveUninitialized: true };

/** Ways to answer. Those that call `note` show what the response's own methods return. */
const WAYS = {
  'end()': (res) => res.end(),
  'end(null)': (res) => res.end(null),
  'end(undefined)': (res) => res.end(undefined),
  'end("")': (res) => res.end(''),
  'end(text)': (res) => res.end('text'),
  'end(text, encoding)': (res) => res.end('7465787421', 'hex'),
  'end(text, latin1)': (res) => res.end('größe', 'latin1'),
  'end(beyond ASCII)': (res) => res.end('größe €😀'),
  'end(buffer)': (res) => res.end(Buffer.from('buffer')),
  'end(Uint8Array)': (res) => res.end(new Uint8Array([65, 66, 67])),
  'end(empty buffer)': (res) => res.end(Buffer.alloc(0)),
  'end(callback)': (res, note) => res.end(() => note('ended')),
  'end(text, callback)': (res, note) => res.end('text', () => note('ended')),
  'end(text, encoding, callback)': (res, note) => res.end('text', 'utf8', () => note('ended')),
  'end(null, null, callback)': (res, note) => res.end(null, null, () => note('ended')),
  'write, end()': (res) => { res.write('one'); res.end(); },
  'write, end(text)': (res) => { res.write('one'); res.end('two'); },
  'write(""), end(text)': (res) => { res.write(''); res.end('two'); },
  'write twice, end(buffer)': (res) => { res.write('one'); res.write(Buffer.from('two')); res.end(Buffer.from('three')); },
  'write with a callback': (res, note) => { res.write('one', () => note('written')); res.end('two'); },
  'write, later end': (res) => { res.write('one'); setTimeout(() => res.end('two'), 2); },
  'flushHeaders, end': (res) => { res.flushHeaders(); res.end('text'); },
  'flushHeaders, end()': (res) => { res.flushHeaders(); res.end(); },
  'writeHead, end': (res) => { res.writeHead(201, { 'X-Own': 'own' }); res.end('text'); },
  'writeHead with a reason': (res) => { res.writeHead(202, 'Fine', { 'X-Own': 'own' }).end('text'); },
  'writeHead with an array': (res) => { res.writeHead(200, ['X-Own', '1', 'X-Other', '2']); res.end('text'); },
  'writeHead with cookies': (res) => { res.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }); res.end('text'); },
  'writeHead with one cookie': (res) => { res.writeHead(200, { 'Set-Cookie': 'a=1' }); res.end('text'); },
  'writeHead with cookies in an array': (res) => { res.writeHead(200, ['Set-Cookie', 'a=1']); res.end('text'); },
  'writeHead with a length': (res) => { res.writeHead(200, { 'Content-Length': 4 }); res.end('text'); },
  'writeHead twice': (res, note) => { res.writeHead(200); note(attempt(() => res.writeHead(201))); res.end('text'); },
  'a length and text': (res) => { res.setHeader('Content-Length', 4); res.end('text'); },
  'a length and a buffer': (res) => { res.setHeader('Content-Length', '6'); res.end(Buffer.from('buffer')); },
  'a length and one byte': (res) => { res.setHeader('Content-Length', 1); res.end('x'); },
  'a length and hex': (res) => { res.setHeader('Content-Length', 5); res.end('7465787421', 'hex'); },
  'a length and beyond ASCII': (res) => { res.setHeader('Content-Length', 7); res.end('größe'); },
  'a length and nothing': (res) => { res.setHeader('Content-Length', 0); res.end(); },
  'a length and empty text': (res) => { res.setHeader('Content-Length', 0); res.end(''); },
  'a length and parts': (res) => { res.setHeader('Content-Length', 6); res.write('one'); res.end('two'); },
  'a length and a callback': (res, note) => { res.setHeader('Content-Length', 4); res.end('text', () => note('ended')); },
  'a length that is no number': (res, note) => { note(attempt(() => res.setHeader('Content-Length', 'x'))); res.end('text'); },
  'a number to write': (res, note) => { note(attempt(() => res.write(7))); res.end('text'); },
  'end twice': (res, note) => { note(res.end('one') === res); note(res.end('two')); },
  'end and write': (res, note) => {
    res.on('error', (failure) => note(failure.code));
    res.end('one');
    note(attempt(() => res.write('two')));
  },
  'end and setHeader': (res, note) => { res.end('one'); note(attempt(() => res.setHeader('X-Late', '1'))); },
  'end and what it returns': (res, note) => note(attempt(() => typeof res.end('text'))),
  'end() and what it returns': (res, note) => note(attempt(() => typeof res.end())),
  'status 204': (res) => { res.statusCode = 204; res.end(); },
  'status 204 with text': (res) => { res.statusCode = 204; res.end('text'); },
  'status 304': (res) => { res.statusCode = 304; res.end(); },
  'status 304 with text': (res) => { res.statusCode = 304; res.end('text'); },
  'status 304 with a length': (res) => { res.statusCode = 304; res.setHeader('Content-Length', 4); res.end('text'); },
  'send text': (res) => res.send('text'),
  'send an object': (res) => res.send({ a: 1 }),
  'send a buffer': (res) => res.send(Buffer.from('buffer')),
  'send nothing': (res) => res.send(),
  'json': (res) => res.json({ a: [1, null, 'ü'] }),
  'jsonp': (res) => res.jsonp({ a: 1 }),
  'redirect': (res) => res.redirect('/elsewhere'),
  'redirect 303': (res) => res.redirect(303, '/elsewhere'),
  'sendStatus': (res) => res.sendStatus(418),
  'attachment': (res) => res.attachment('a.txt').send('text'),
  'cookie of the program': (res) => { res.cookie('own', 'value', { maxAge: 1000 }); res.clearCookie('old'); res.end('text'); },
  'Set-Cookie, one': (res) => { res.setHeader('Set-Cookie', 'own=value'); res.end('text'); },
  'Set-Cookie, array': (res) => { res.setHeader('Set-Cookie', ['a=1', 'b=2']); res.end('text'); },
  'Set-Cookie, empty array': (res) => { res.setHeader('Set-Cookie', []); res.end('text'); },
  'Set-Cookie, empty text': (res) => { res.setHeader('Set-Cookie', ''); res.end('text'); },
  'Set-Cookie, number': (res) => { res.setHeader('Set-Cookie', 7); res.end('text'); },
  'Set-Cookie, small letters': (res) => { res.setHeader('set-cookie', 'own=value'); res.end('text'); },
  'appendHeader': (res) => { res.appendHeader('Set-Cookie', 'a=1').appendHeader('Set-Cookie', 'b=2'); res.end('text'); },
  'a stream': (res) => Readable.from(['one', 'two', 'three']).pipe(res),
  'a stream of one': (res) => Readable.from([Buffer.from('one')]).pipe(res),
  'a stream of nothing': (res) => Readable.from([]).pipe(res),
  'a large text': (res) => res.end('x'.repeat(300_000)),
  'large parts': (res) => { for (let left = 20; left > 0; left--) res.write('y'.repeat(20_000)); res.end('z'.repeat(20_000)); },
  'cork': (res) => { res.cork(); res.write('one'); res.write('two'); res.uncork(); res.end('three'); },
  'trailers': (res) => { res.setHeader('Trailer', 'X-Trailer'); res.write('one'); res.addTrailers({ 'X-Trailer': 'end' }); res.end(); },
  'writeContinue and writeEarlyHints': (res) => { res.writeContinue(); res.end('text'); },
  'destroy': (res) => res.destroy(),
  'destroy after write': (res) => { res.write('one'); setImmediate(() => res.destroy()); },
};

/** Before the answer is begun. */
const CHANGES = { unchanged: () => {}, changed: (req) => { req.session.n = (req.session.n ?? 0) + 1; } };

describe('the response', () => {
  for (const [way, answer] of Object.entries(WAYS)) {
    same(way, async (world) => {
      for (const [change, apply] of Object.entries(CHANGES)) {
        for (const [make, options] of [['memory', LAZY], ['sync', EAGER], ['slow', change === 'changed' ? LAZY : EAGER]]) {
          const store = world.store(make);
          store.sessions.known = KNOWN;
          const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => {
            apply(req);
            if (req.path === '/null') req.session = null;
            answer(res, (what) => world.note('way', what));
          });
          world.note('case', { change, make, options });
          for (const [path, visit] of [['/', {}], ['/', known], ['/', { ...known, method: 'HEAD' }], ['/null', known]]) {
            await world.visit(app, path, visit);
          }
        }
      }
    });
  }

  same('what is changed after the headers', async (world) => {
    const late = {
      data: (req) => { req.session.late = 1; },
      cookie: (req) => { req.session.cookie.maxAge = 1000; },
      null: (req) => { req.session = null; },
      delete: (req) => { delete req.session; },
      id: (req) => { req.sessionID = 'late'; },
      regenerate: (req) => req.session.regenerate(() => {}),
      destroy: (req) => req.session.destroy(() => {}),
      save: (req) => { req.session.late = 1; req.session.save(); },
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
        for (const [path, visit] of [['/', {}], ['/before', {}], ['/', known], ['/before', known]]) {
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
      'that changes data': (req) => { req.session.listened = 1; },
      'that sets null': (req) => { req.session = null; },
      'that changes the cookie': (req) => { req.session.cookie.maxAge = 1000; },
      'that sets a cookie': (req, res) => { res.setHeader('Set-Cookie', 'own=value'); },
      'that removes cookies': (req, res) => { res.removeHeader('Set-Cookie'); },
      'that reads them': (req, res) => { world.note('headers', res.getHeaders()); },
      'that changes the id': (req) => { req.sessionID = 'listened'; },
    };
    for (const [name, listen] of Object.entries(listeners)) {
      for (const where of ['before', 'after']) {
        const store = world.store();
        store.sessions.known = KNOWN;
        const before = [(req, res, next) => { if (where === 'before') onHeaders(res, () => listen(req, res)); next(); }];
        const app = world.app({ store, cookie: { maxAge: 60_000 }, rolling: true }, (req, res) => {
          if (where === 'after') onHeaders(res, () => listen(req, res));
          res.end('text');
        }, { before });
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
          world.note(who, [name, given.length, given.map((value) => (Buffer.isBuffer(value) ? value.toString() : typeof value === 'function' ? 'function' : value))]);
          return own.apply(this, given);
        };
      }
    };
    for (const make of ['memory', 'sync']) {
      for (const way of ['end()', 'end(text)', 'end(text, encoding, callback)', 'write, end(text)', 'a length and text', 'json', 'writeHead, end', 'end twice']) {
        const store = world.store(make);
        const before = [(req, res, next) => { patch(res, 'outer'); next(); }];
        const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
          patch(res, 'inner');
          req.session.n = 1;
          WAYS[way](res, (what) => world.note('way', what));
        }, { before });
        world.note('case', { make, way });
        await world.visit(app);
        await world.settle();
      }
    }
  });

  same('what the middleware leaves on the response', async (world) => {
    const store = world.store();
    let plain;
    const before = [(req, res, next) => { plain = [Object.keys(res), Object.keys(req)]; next(); }];
    const app = world.app({ store }, (req, res) => {
      world.note('new keys', [Object.keys(res).filter((key) => !plain[0].includes(key)), keysOf(req).filter((key) => !plain[1].includes(key))]);
      world.see('end', [res.end, res.write, res.writeHead]);
      world.note('session', [Object.getOwnPropertyDescriptor(req, 'session') && 'own', Object.keys(Object.getOwnPropertyDescriptor(req, 'session'))]);
      res.end();
    }, { before });
    await world.visit(app);
    await world.visit(app, '/', known);
  });

  same('errors of the program', async (world) => {
    const failures = {
      'thrown at once': () => { throw new RangeError('at once'); },
      'thrown after a change': (req) => { req.session.n = 1; throw new RangeError('after a change'); },
      'thrown after write': (req, res) => { req.session.n = 1; res.write('one'); throw new RangeError('after write'); },
      'thrown after end': (req, res) => { req.session.n = 1; res.end('one'); throw new RangeError('after end'); },
      'a rejected promise': async (req) => { req.session.n = 1; await null; throw new RangeError('rejected'); },
      'given to next': (req, res, next) => { req.session.n = 1; next(new RangeError('given')); },
      'given to next after end': (req, res, next) => { req.session.n = 1; res.end(); next(new RangeError('given')); },
    };
    for (const [name, fail] of Object.entries(failures)) {
      const app = world.app({ store: world.store(), cookie: { maxAge: 60_000 } }, fail);
      world.note('case', name);
      await world.visit(app);
      await world.settle();
    }
  });

  const unwritable = {
    circular: (session) => { session.self = session; },
    'circular inside': (session) => { session.a = { b: [] }; session.a.b.push(session.a); },
    BigInt: (session) => { session.big = 10n; },
    'a toJSON that throws': (session) => { session.a = { toJSON() { throw new RangeError('no JSON'); } }; },
    'a getter that throws': (session) => Object.defineProperty(session, 'a', { enumerable: true, get() { throw new RangeError('no value'); } }),
    'a proxy that throws': (session) => { session.a = new Proxy({}, { ownKeys() { throw new RangeError('no keys'); } }); },
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
    const line = (path, connection) => `GET ${path} HTTP/1.1\r\nHost: a\r\nCookie: ${known.cookie}\r\nConnection: ${connection}\r\n\r\n`;
    await world.raw(app, line('/a', 'close'));
    await world.raw(app, line('/a', 'keep-alive').replace(known.cookie, 'a=1') + line('/b', 'keep-alive') + line('/c', 'close'));
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
    await world.visit(app, '/', { method: 'POST', body: 'x'.repeat(100_000), headers: { 'Content-Type': 'text/plain' } });
  });

  same('without Express', async (world) => {
    for (const way of ['end()', 'end(text)', 'write, end(text)', 'a length and text', 'writeHead with cookies', 'flushHeaders, end', 'end twice']) {
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
      res.on('close', () => setImmediate(() => {
        world.note('close', [res.writableEnded, res.destroyed]);
        world.note('end', attempt(() => typeof res.end('too late')));
      }));
      req.socket.destroy();
    });
    await world.visit(app, '/', known);
    await world.settle();
  });
});
