// The option `cookie`, as an object and as a function: what is sent, what is stored, and what fails.

import { same } from './lib/same.mjs';

import { NOW } from './lib/world.mjs';

/** Four visits: one that changes, one that only looks, one long after, one that changes again. */
const visits = [{ path: '/set' }, { path: '/', pass: 1500 }, { path: '/', pass: 60_001 }, { path: '/set', pass: 1500 }];

async function tour(world, options, visited = visits) {
  const app = world.app({ store: world.store(), ...options }, (req, res) => {
    world.see('cookie', req.session.cookie);
    if (req.path.endsWith('set')) req.session.count = (req.session.count ?? 0) + 1;
    res.end(`${req.session.count}`);
  });
  await world.browse(app, ...visited);
}

const GIVEN = {
  nothing: {},
  null: null,
  'maxAge 5000': { maxAge: 5000 },
  'maxAge 120000': { maxAge: 120_000 },
  'maxAge null': { maxAge: null },
  'maxAge undefined': { maxAge: undefined },
  'maxAge false': { maxAge: false },
  'maxAge 0': { maxAge: 0 },
  'maxAge -1': { maxAge: -1 },
  'maxAge 1000.5': { maxAge: 1000.5 },
  'maxAge 400 days': { maxAge: 34_560_000_000 },
  'maxAge NaN': { maxAge: NaN },
  'maxAge Infinity': { maxAge: Infinity },
  'maxAge 1e21': { maxAge: 1e21 },
  'maxAge empty text': { maxAge: '' },
  'maxAge text': { maxAge: '5000' },
  'maxAge true': { maxAge: true },
  'maxAge object': { maxAge: {} },
  'expires null': { expires: null },
  'expires undefined': { expires: undefined },
  'expires false': { expires: false },
  'expires number': { expires: 90_000 },
  'expires text': { expires: '2030-01-01T00:00:00.000Z' },
  'expires true': { expires: true },
  'originalMaxAge alone': { originalMaxAge: 90_000 },
  'maxAge, then originalMaxAge': { maxAge: 90_000, originalMaxAge: 120_000 },
  'originalMaxAge, then maxAge': { originalMaxAge: 120_000, maxAge: 90_000 },
  'originalMaxAge text': { originalMaxAge: '120000' },
  domain: { domain: 'example.com' },
  'domain with a dot': { domain: '.example.com' },
  'domain bad': { domain: 'example.com;' },
  'domain empty': { domain: '' },
  'domain number': { domain: 7 },
  'path empty': { path: '' },
  'path null': { path: null },
  'path false': { path: false },
  'path undefined': { path: undefined },
  'path with a semicolon': { path: '/;' },
  'httpOnly false': { httpOnly: false },
  'httpOnly null': { httpOnly: null },
  'httpOnly 1': { httpOnly: 1 },
  'secure false': { secure: false },
  'secure true': { secure: true },
  'secure 1': { secure: 1 },
  'secure auto': { secure: 'auto' },
  'secure text': { secure: 'yes' },
  'sameSite true': { sameSite: true },
  'sameSite false': { sameSite: false },
  'sameSite lax': { sameSite: 'lax' },
  'sameSite strict': { sameSite: 'Strict' },
  'sameSite none': { sameSite: 'NONE' },
  'sameSite auto': { sameSite: 'auto' },
  'sameSite auto, secure auto': { sameSite: 'auto', secure: 'auto' },
  'sameSite auto, secure true': { sameSite: 'auto', secure: true },
  'sameSite bad': { sameSite: 'maybe' },
  'sameSite null': { sameSite: null },
  partitioned: { partitioned: true },
  'partitioned text': { partitioned: 'no' },
  'priority low': { priority: 'low' },
  'priority Medium': { priority: 'Medium' },
  'priority HIGH': { priority: 'HIGH' },
  'priority bad': { priority: 'urgent' },
  'priority null': { priority: null },
  everything: {
    maxAge: 90_000,
    domain: 'example.com',
    path: '/',
    httpOnly: true,
    secure: false,
    sameSite: 'lax',
    partitioned: true,
    priority: 'medium',
  },
  'unknown names': { signed: true, overwrite: true, encode: 1, data: { path: '/no' }, flavour: 'oat' },
  inherited: Object.create({ maxAge: 90_000, domain: 'example.com' }),
  text: 'path=/',
  'a number': 7,
  true: true,
};

describe('the option cookie', () => {
  for (const [name, cookie] of Object.entries(GIVEN)) {
    same(name, (world) => tour(world, { cookie }));
    same(`${name}, rolling`, (world) => tour(world, { cookie, rolling: true, saveUninitialized: true }));
    same(`${name}, from a function`, (world) => tour(world, { cookie: () => cookie }));
  }

  const dates = { 'in a while': NOW + 90_000, now: NOW, 'long ago': 0, never: NaN, far: 8.64e15 };
  for (const [name, time] of Object.entries(dates)) {
    for (const option of ['expires', 'maxAge']) {
      same(`${option} a date ${name}`, (world) => tour(world, { cookie: { [option]: new Date(time) } }));
      same(`${option} a date ${name}, rolling, resave`, (world) => {
        return tour(world, {
          cookie: { [option]: new Date(time) },
          rolling: true,
          resave: true,
          saveUninitialized: true,
        });
      });
    }
  }

  same('an option that throws', (world) =>
    tour(world, {
      cookie: {
        get maxAge() {
          throw new RangeError('no');
        },
      },
    }),
  );

  same('one date shared by all sessions', async (world) => {
    const expires = new Date(NOW + 10_000);
    const app = world.app({ store: world.store(), cookie: { expires } }, (req, res) => {
      req.session.a = 1;
      req.session.cookie.expires.setTime(NOW + 99_000);
      res.end();
    });
    await world.visit(app);
    await world.visit(app);
    world.see('the option', expires);
  });

  same('options changed while running', async (world) => {
    const cookie = { maxAge: 10_000 };
    const options = world.options({ store: world.store(), cookie });
    const middleware = world.middleware(options);
    const app = world.listen((req, res) =>
      middleware(req, res, () => {
        req.session.a = (req.session.a ?? 0) + 1;
        res.end();
      }),
    );
    const { cookie: kept } = await world.browse(app, '/', '/');
    cookie.maxAge = 20_000;
    cookie.path = '/later';
    cookie.sameSite = 'strict';
    for (const path of ['/', '/later/on']) await world.visit(app, path);
    await world.visit(app, '/later', { cookie: kept });
    options.cookie = { maxAge: 30_000, domain: 'example.com' };
    options.name = 'other';
    options.rolling = true;
    options.saveUninitialized = true;
    options.secret = 'other';
    options.genid = () => 'other';
    options.proxy = true;
    options.unset = 'destroy';
    await world.visit(app, '/later', { cookie: kept });
    await world.visit(app, '/later');
  });
});

describe('the option cookie, a function', () => {
  same('is called with the request, for the path and for a new session', async (world) => {
    const cookie = function (...given) {
      world.see('this', this === undefined);
      world.see('given', given);
      world.note('called', [given[0].url, given[0].sessionID, typeof given[0].session]);
      return { path: given[0].query?.path ?? '/', maxAge: Number(given[0].query?.age ?? 1000) };
    };
    const app = world.app({ store: world.store(), cookie }, (req, res) => {
      world.see('cookie', req.session?.cookie);
      if (req.session) req.session.seen = true;
      res.end();
    });
    await world.browse(app, '/', '/?age=50000', '/?path=/x', { path: '/x?path=/x', cookie: '' });
  });

  same('that throws, now or on the second call', async (world) => {
    let calls = 0;
    const app = world.app({
      store: world.store(),
      cookie: () => {
        throw new RangeError('no cookie');
      },
    });
    await world.visit(app);
    const second = () => {
      if (++calls % 2 === 0) throw new RangeError('no second');
      return {};
    };
    const other = world.app({ store: world.store(), cookie: second });
    await world.visit(other);
    const third = () => {
      if (++calls % 3 === 0) throw new RangeError('no third');
      return {};
    };
    const last = world.app({ store: world.store(), cookie: third, saveUninitialized: true }, (req, res) =>
      req.session.regenerate(() => res.end()),
    );
    calls = 0;
    await world.visit(last).catch(() => {});
  });

  for (const [name, value] of Object.entries({
    undefined: undefined,
    null: null,
    text: 'x',
    number: 1,
    promise: Promise.resolve({}),
  })) {
    same(`that returns ${name}`, async (world) => {
      const app = world.app({ store: world.store(), cookie: () => value, saveUninitialized: true });
      await world.visit(app);
    });
  }

  same('that is a class, or has properties of its own', async (world) => {
    const cookie = Object.assign(() => ({ maxAge: 1000 }), { secure: 'auto', sameSite: 'auto', path: '/ignored' });
    const app = world.app({ store: world.store(), cookie, saveUninitialized: true, proxy: true });
    await world.visit(app);
    await world.visit(app, '/', { headers: { 'x-forwarded-proto': 'https' } });
    const classy = world.app({ store: world.store(), cookie: class {}, saveUninitialized: true });
    await world.visit(classy);
  });

  same('at regenerate', async (world) => {
    let age = 0;
    const app = world.app({ store: world.store(), cookie: () => ({ maxAge: (age += 1000) }) }, (req, res) => {
      req.session.regenerate(() => {
        world.see('cookie', req.session.cookie);
        res.end();
      });
    });
    await world.browse(app, '/', '/');
  });
});
