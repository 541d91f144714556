// cookie-parser in front, whose `req.secret`, `req.cookies` and `req.signedCookies` are still looked at.

import cookieParser from 'cookie-parser';
import { same } from './lib/same.mjs';
import { known, pairOf, signed, valueOf } from './lib/known.mjs';
import { SECRET } from './lib/world.mjs';

const DOCUMENT = '{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"known":true}';

/** `before` are middlewares in front; the session `known` is in the store. */
function app(world, options, ...before) {
  const store = world.store();
  store.sessions.known = DOCUMENT;
  const show = (req, res) => {
    world.see('seen', [req.sessionID, req.session?.known]);
    res.end('ok');
  };
  return world.app({ store, ...options }, show, { before });
}

const hide = (req, res, next) => {
  delete req.headers.cookie;
  next();
};
const set = (name, value) => (req, res, next) => {
  req[name] = value;
  next();
};

describe('behind cookie-parser', () => {
  same('the secret of the parser', async (world) => {
    const parsing = app(world, { secret: undefined }, cookieParser(SECRET));
    await world.visit(parsing, '/', { cookie: pairOf('known') });
    await world.visit(parsing, '/', { cookie: pairOf('known', 'other') });
    await world.visit(parsing);
  });

  same('secrets of the parser: it tells only the first', async (world) => {
    const parsing = app(world, { secret: undefined, saveUninitialized: true }, cookieParser([SECRET, 'second']));
    for (const secret of [SECRET, 'second', 'third'])
      await world.visit(parsing, '/', { cookie: pairOf('known', secret) });
  });

  same('a parser without a secret', (world) =>
    world.visit(app(world, { secret: undefined }, cookieParser()), '/', { cookie: pairOf('known') }),
  );

  same('the header is looked at first', async (world) => {
    const parsing = app(world, {}, cookieParser(SECRET));
    await world.visit(parsing, '/', { cookie: pairOf('known') });
    await world.visit(parsing, '/', { cookie: pairOf('known', 'other') });
    await world.visit(parsing, '/', { cookie: 'connect.sid=plain' });
  });

  same('the header is gone: signedCookies', async (world) => {
    for (const secret of [SECRET, 'other']) {
      const parsing = app(world, {}, cookieParser(secret), hide);
      await world.visit(parsing, '/', { cookie: pairOf('known', secret) });
      await world.visit(parsing, '/', { cookie: pairOf('known', 'a third') });
      await world.visit(parsing, '/', { cookie: pairOf('unknown', secret) });
      await world.visit(parsing, '/', { cookie: pairOf('', secret) });
    }
  });

  same('the header is gone: cookies', async (world) => {
    const parsing = app(world, {}, cookieParser(), hide);
    for (const cookie of [pairOf('known'), pairOf('known', 'other'), 'connect.sid=plain', 'connect.sid=', pairOf('')]) {
      await world.visit(parsing, '/', { cookie });
    }
    await world.visit(app(world, { secret: ['new', SECRET] }, cookieParser(), hide), '/', { cookie: pairOf('known') });
  });

  const values = {
    'an id': 'known',
    false: false,
    empty: '',
    null: null,
    undefined: undefined,
    'a number': 7,
    true: true,
    'an object': { known: 1 },
    'an array': ['known'],
    signed: `s:${signed('known')}`,
    forged: `s:${signed('known', 'other')}`,
    s: 's:',
    encoded: valueOf('known'),
  };
  for (const [name, value] of Object.entries(values)) {
    for (const where of ['signedCookies', 'cookies']) {
      same(`${where} with ${name}`, async (world) => {
        const own = app(world, {}, set(where, { 'connect.sid': value }));
        await world.visit(own);
        await world.visit(own, '/', { cookie: pairOf('known') });
        await world.visit(own, '/', { cookie: pairOf('known', 'other') });
      });
    }
    same(`signedCookies forged, cookies with ${name}`, async (world) => {
      await world.visit(
        app(world, {}, set('signedCookies', { 'connect.sid': false }), set('cookies', { 'connect.sid': value })),
      );
    });
  }

  for (const container of [
    null,
    undefined,
    7,
    'text',
    [],
    true,
    Object.create({ 'connect.sid': `s:${signed('known')}` }),
  ]) {
    same(`cookies itself ${JSON.stringify(container)}`, async (world) => {
      await world.visit(app(world, {}, set('cookies', container)));
      await world.visit(app(world, {}, set('signedCookies', container)));
    });
  }

  same('a getter that throws', async (world) => {
    const before = (req, res, next) => {
      Object.defineProperty(req, 'signedCookies', {
        get() {
          throw new RangeError('no');
        },
      });
      next();
    };
    await world.visit(app(world, {}, before));
    await world.visit(app(world, {}, before), '/', { cookie: pairOf('known') });
  });

  same('behind the session', async (world) => {
    const store = world.store();
    const made = world.app({ store, saveUninitialized: true }, (req, res) =>
      cookieParser(SECRET)(req, res, () => {
        world.see('cookies', [req.cookies, req.signedCookies]);
        res.cookie('own', 'value', { signed: true }).end();
      }),
    );
    await world.browse(made, '/', '/');
  });
});
