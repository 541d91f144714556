// The other options, and what the constructor refuses.

import { counting } from './lib/counting.mjs';
import { pairOf } from './lib/known.mjs';
import { attempt } from './lib/look.mjs';
import { same } from './lib/same.mjs';
import { SECRET } from './lib/world.mjs';

describe('the constructor', () => {
  const given = [
    undefined,
    null,
    {},
    0,
    '',
    false,
    7,
    'text',
    true,
    [],
    () => {},
    { secret: SECRET },
    Object.create({ secret: SECRET, resave: false, saveUninitialized: false }),
  ];
  given.forEach((options, at) => {
    same(`given ${JSON.stringify(options)} (${at})`, async (world) => {
      world.note(
        'made',
        attempt(() => world.middleware(options)),
      );
      const made = attempt(() => world.middleware(options));
      if (made.threw) return;
      const middleware = world.middleware(options);
      const app = world.listen((req, res) =>
        middleware(req, res, (failure) => {
          world.see('failure', failure);
          world.note('seen', [typeof req.sessionID, req.sessionID?.length, typeof req.session]);
          res.removeHeader('Set-Cookie');
          req.session = null;
          res.end();
        }),
      );
      await world.visit(app);
    });
  });

  const refused = {
    genid: ['text', 7, true, {}, [], null, 0, '', false, class {}],
    unset: ['destroy', 'keep', 'Destroy', 'other', 7, true, {}, [], null, 0, '', false, ['destroy']],
    secret: [
      'text',
      '',
      null,
      undefined,
      0,
      false,
      [],
      ['a'],
      ['a', 'b'],
      [''],
      [null],
      [undefined],
      ['a', null],
      7,
      true,
      {},
      new Set(['a']),
      Buffer.from('x'),
      Buffer.alloc(0),
    ],
    resave: [undefined, null, 0, 1, 'false', {}],
    saveUninitialized: [undefined, null, 0, 1, 'false', {}],
    proxy: [undefined, null, 0, 1, 'true', {}],
    cookie: [undefined, null, 0, '', false, 7, 'text', true, [], () => {}],
    name: [undefined, null, 0, '', 7, {}, 'a b'],
  };
  for (const [name, values] of Object.entries(refused)) {
    same(`every value of ${name}`, (world) => {
      for (const value of values) {
        const made = attempt(
          () => typeof world.middleware(world.options({ [name]: value, store: new world.session.MemoryStore() })),
        );
        world.note(String(JSON.stringify(value)), made);
      }
    });
  }

  same('which error comes first', (world) => {
    for (const options of [
      { genid: 1, unset: 'x', secret: [] },
      { unset: 'x', secret: [] },
      { genid: 1, secret: [] },
      { genid: 1, store: {} },
      { secret: [], store: {} },
    ]) {
      world.note(
        'made',
        attempt(() => world.middleware({ resave: undefined, saveUninitialized: undefined, ...options })),
      );
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
  const ids = [
    'plain',
    '',
    'a b',
    'ü€😀',
    'a;b',
    'a.b',
    '%',
    'x'.repeat(3000),
    '__proto__',
    '\u0000',
    '\ud800',
    7,
    0,
    NaN,
    null,
    undefined,
    true,
    false,
    {},
    [],
    ['a'],
    new String('boxed'),
    Symbol.iterator,
    10n,
    () => 'x',
    Promise.resolve('x'),
  ];
  ids.forEach((id, at) => {
    same(`that returns ${typeof id} ${String(id).slice(0, 20)} (${at})`, async (world) => {
      for (const saveUninitialized of [false, true]) {
        const app = counting(world, { genid: () => id, saveUninitialized });
        await world.browse(app, '/', '/');
      }
    });
  });

  same('that throws', async (world) => {
    const genid = () => {
      throw new RangeError('no id');
    };
    const app = counting(world, { genid });
    for (const visit of [{}, { cookie: pairOf('unknown') }, { cookie: pairOf('known') }])
      await world.visit(app, '/', visit);
  });

  same('its arguments', async (world) => {
    const genid = function (...given) {
      world.note('genid', [
        given.length,
        given[0].url,
        this === undefined,
        given[0].sessionID,
        typeof given[0].sessionStore,
      ]);
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
