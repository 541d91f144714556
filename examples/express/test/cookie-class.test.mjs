// The class Cookie by itself: its options, getters and setters, JSON and serialization.

import { runInNewContext } from 'node:vm';
import { same } from './lib/same.mjs';
import { attempt, look } from './lib/look.mjs';
import { NOW } from './lib/world.mjs';

const LATER = NOW + 60_000;

/** Every value that one may think of giving. */
const VALUES = [
  undefined,
  null,
  false,
  true,
  0,
  -0,
  1,
  -1,
  5000,
  1000.5,
  1e21,
  8.64e15,
  NaN,
  Infinity,
  -Infinity,
  '',
  '0',
  '5000',
  'abc',
  [],
  {},
  () => 1,
  Symbol.iterator,
  10n,
  () => new Date(LATER),
  () => new Date(0),
  () => new Date(NaN),
];

/** Dates are made in the run, when the date stands still. */
const make = (value) =>
  typeof value === 'function' && value.length === 0 && value() instanceof Date ? value() : value;

const show = (world, cookie) => {
  world.see('cookie', cookie);
  world.note('getters', [look(cookie.maxAge), look(cookie.expires), look(cookie.originalMaxAge)]);
  world.note(
    'data',
    attempt(() => cookie.data),
  );
  world.note(
    'json',
    attempt(() => JSON.stringify(cookie)),
  );
  world.note(
    'toJSON',
    attempt(() => cookie.toJSON()),
  );
  world.note(
    'serialize',
    attempt(() => cookie.serialize('name', 'value')),
  );
};

describe('the class Cookie', () => {
  for (const name of ['maxAge', 'expires', 'originalMaxAge']) {
    VALUES.forEach((value, at) => {
      same(`option ${name}: ${String(value)} (${at})`, (world) => {
        world.note(
          'new',
          attempt(() => new world.session.Cookie({ [name]: make(value) })),
        );
        const made = attempt(() => new world.session.Cookie({ [name]: make(value) }));
        if (made.returned) show(world, new world.session.Cookie({ [name]: make(value) }));
      });

      same(`setter ${name} = ${String(value)} (${at})`, (world) => {
        const cookie = new world.session.Cookie({ maxAge: 7000 });
        world.note(
          'set',
          attempt(() => {
            cookie[name] = make(value);
          }),
        );
        show(world, cookie);
        world.pass(2500);
        show(world, cookie);
      });
    });
  }

  for (const name of ['path', 'domain', 'httpOnly', 'secure', 'sameSite', 'partitioned', 'priority']) {
    same(`any value as ${name}`, (world) => {
      // `Path=`, as the original writes it for what is true but has no text: see differences.test.mjs.
      for (const value of VALUES.filter((value) => name !== 'path' || !Array.isArray(value))) {
        world.note('value', String(value));
        world.note(
          'new',
          attempt(() => show(world, new world.session.Cookie({ [name]: value }))),
        );
      }
    });
  }

  same('whatever is given as options', (world) => {
    for (const value of [
      ...VALUES,
      new Date(),
      new Map(),
      /x/,
      new Error('x'),
      Buffer.alloc(1, 'x'),
      Object.create(null),
    ]) {
      world.note(
        'new',
        attempt(() => new world.session.Cookie(value)),
      );
    }
    world.note(
      'none',
      attempt(() => new world.session.Cookie()),
    );
  });

  same('options in another order', (world) => {
    const { Cookie } = world.session;
    show(world, new Cookie({ maxAge: 1000, expires: new Date(LATER) }));
    show(world, new Cookie({ expires: new Date(LATER), maxAge: 1000 }));
    show(world, new Cookie({ originalMaxAge: 3000, maxAge: 1000 }));
    show(world, new Cookie({ maxAge: 1000, originalMaxAge: 3000 }));
    show(world, new Cookie({ originalMaxAge: null, expires: new Date(LATER) }));
    show(world, new Cookie({ expires: null, originalMaxAge: 3000 }));
    show(world, new Cookie({ sameSite: 'lax', path: '/x', httpOnly: false, domain: 'example.com', secure: true }));
  });

  same('options that are not options', (world) => {
    const { Cookie } = world.session;
    const inherited = Object.assign(Object.create({ path: '/inherited', maxAge: 900 }), { domain: 'example.com' });
    const hidden = Object.defineProperty({}, 'path', { value: '/hidden', enumerable: false });
    const getter = {
      get path() {
        return '/from-getter';
      },
    };
    const options = [
      inherited,
      hidden,
      getter,
      { data: { path: '/no' } },
      { data: 1, extra: 2 },
      { signed: true, overwrite: true },
      { toJSON: 'x' },
      { serialize: 1 },
      { _expires: new Date(LATER) },
      { constructor: 1 },
      { __proto__: { httpOnly: false } },
      JSON.parse('{"__proto__":{"secure":true},"path":"/p"}'),
      { 1: 'one', path: '/n' },
      { [Symbol('s')]: 1 },
      ['a', 'b'],
      { encode: (text) => `<${text}>` },
      { encode: (text) => text.toUpperCase() },
    ];
    for (const given of options)
      world.note(
        'new',
        attempt(() => show(world, new Cookie(given))),
      );
    const throws = {
      get path() {
        throw new RangeError('no path');
      },
    };
    world.note(
      'throws',
      attempt(() => new Cookie(throws)),
    );
  });

  same('a cookie out of a cookie, or out of its JSON', (world) => {
    const { Cookie } = world.session;
    const full = new Cookie({
      maxAge: 60_000,
      domain: 'example.com',
      path: '/a',
      httpOnly: false,
      secure: true,
      sameSite: 'none',
      partitioned: true,
      priority: 'low',
    });
    show(world, full);
    world.note(
      'from a cookie',
      attempt(() => show(world, new Cookie(full))),
    );
    world.note(
      'from its JSON',
      attempt(() => show(world, new Cookie(JSON.parse(JSON.stringify(full))))),
    );
    world.note(
      'from data',
      attempt(() => show(world, new Cookie(full.data))),
    );
  });

  same('time goes on', (world) => {
    const cookie = new world.session.Cookie({ maxAge: 10_000 });
    for (const step of [0, 1, 999, 8999, 1, 5000]) {
      world.pass(step);
      world.note('left', [cookie.maxAge, cookie.originalMaxAge, JSON.stringify(cookie)]);
    }
    cookie.maxAge = cookie.originalMaxAge;
    show(world, cookie);
    cookie.expires.setTime(NOW);
    show(world, cookie);
    cookie.expires = undefined;
    show(world, cookie);
    delete cookie.path;
    delete cookie.httpOnly;
    delete cookie._expires;
    show(world, cookie);
  });

  same('expires of another make', (world) => {
    const { Cookie } = world.session;
    class Day extends Date {}
    for (const expires of [
      new Day(LATER),
      { valueOf: () => LATER },
      '2023-11-15T00:00:00.000Z',
      LATER,
      true,
      [LATER],
    ]) {
      world.note(
        'set',
        attempt(() => {
          const cookie = new Cookie();
          cookie.expires = expires;
          show(world, cookie);
        }),
      );
    }
  });

  same('dates of another realm', (world) => {
    const { Cookie } = world.session;
    const make = (time) => runInNewContext(`new Date(${time})`);
    for (const name of ['expires', 'maxAge', 'originalMaxAge']) {
      for (const time of [LATER, NOW - 1, NaN]) {
        world.note(
          'new',
          attempt(() => show(world, new Cookie({ [name]: make(time) }))),
        );
      }
    }
  });

  same('serialize', (world) => {
    const cookie = new world.session.Cookie({
      maxAge: 1000,
      domain: 'example.com',
      sameSite: true,
      priority: 'HIGH',
      partitioned: 1,
      secure: 'x',
    });
    const texts = [
      '',
      'plain',
      'a b',
      'ü',
      '€',
      '😀',
      '\ud800',
      '"quoted"',
      'a;b',
      'a,b',
      '100%',
      'a=b',
      '\u0000',
      '\n',
      "-_.!~*'()",
    ];
    for (const value of [...texts, undefined, null, 1, true, {}, []])
      world.note(
        'value',
        attempt(() => cookie.serialize('n', value)),
      );
    for (const name of [...texts, undefined, null, 1, '__proto__', 'a:b', 'a/b', 'a@b', "!#$%&'*+-.^_`|~9Z"]) {
      world.note(
        'name',
        attempt(() => cookie.serialize(name, 'v')),
      );
    }
    world.note(
      'nothing',
      attempt(() => cookie.serialize()),
    );
    world.see('lengths', [cookie.serialize.length, cookie.toJSON.length]);
    world.note(
      'without this',
      attempt(() => (0, cookie.serialize)('a', 'b')),
    );
  });

  same('dates at the edges', (world) => {
    const times = [
      0, -1, 999, -62135596800000, -62167219200000, -62198755200000, 253402300799999, 253402300800000, 8.64e15,
      -8.64e15,
    ];
    for (const time of times) {
      const cookie = new world.session.Cookie({ expires: new Date(time) });
      show(world, cookie);
    }
  });

  same('attributes as npm cookie takes them', (world) => {
    const tried = {
      domain: [
        'example.com',
        '.example.com',
        'EXAMPLE.com',
        'localhost',
        'a.b.c',
        '-a.com',
        'a-.com',
        'a..b',
        'a.',
        'a_b.com',
        'exämple.com',
        '127.0.0.1',
        '[::1]',
        'a:80',
        'a b',
        'x'.repeat(63),
        'x'.repeat(64),
        '.'.concat('x'.repeat(63), '.y'),
        '.',
        '..',
        'a;b',
      ],
      path: [
        '/',
        '',
        '/a b',
        '/a;b',
        '/a,b',
        '/<',
        '/>',
        '/ü',
        '/\u007f',
        '/\u0001',
        'relative',
        '/"',
        '/%20',
        ' /',
        '/é',
      ],
      sameSite: ['lax', 'LAX', 'Strict', 'none', 'NONE', 'auto', 'other', ' lax', true, 1],
      priority: ['low', 'MEDIUM', 'High', 'auto', 1, true, {}],
    };
    for (const [name, values] of Object.entries(tried)) {
      for (const value of values)
        world.note(name, [value, attempt(() => new world.session.Cookie({ [name]: value }).serialize('n', 'v'))]);
    }
  });
});
