// The class Session by itself.

import { attempt, look } from './lib/look.mjs';
import { same } from './lib/same.mjs';

describe('the class Session', () => {
  const requests = {
    'with an id': { sessionID: 'x' },
    without: {},
    'of a number': { sessionID: 7 },
    null: null,
    undefined: undefined,
    text: 'text',
  };
  const data = [
    undefined,
    null,
    {},
    { a: 1 },
    [1, 2],
    'text',
    7,
    true,
    () => {},
    new Date(0),
    new Map([[1, 2]]),
    Object.create({ inherited: 1 }),
    {
      id: 1,
      req: 2,
      touch: 3,
      resetMaxAge: 4,
      save: 5,
      reload: 6,
      destroy: 7,
      regenerate: 8,
      toString: 9,
      constructor: 10,
      hasOwnProperty: 11,
      cookie: 12,
    },
    JSON.parse('{"__proto__":{"a":1},"b":2}'),
    Object.defineProperty({}, 'hidden', { value: 1 }),
    {
      get a() {
        return 'got';
      },
    },
  ];
  for (const [name, request] of Object.entries(requests)) {
    same(`made for a request ${name}`, (world) => {
      for (const given of data)
        world.note(
          'new',
          attempt(() => new world.session.Session(request, given)),
        );
    });
  }

  same('its methods without a middleware', (world) => {
    const { Cookie, Session } = world.session;
    const calls = [];
    const store = {
      set: (...given) => calls.push(['set', given.map((value) => typeof value)]),
      get: (id, callback) => {
        calls.push(['get', id]);
        callback(null, { cookie: {} });
      },
      createSession: (req, data) => {
        calls.push(['createSession', look(data)]);
      },
      destroy: (...given) => calls.push(['destroy', given.map((value) => typeof value)]),
      regenerate: (...given) => calls.push(['regenerate', given.map((value) => typeof value)]),
    };
    const request = { sessionID: 'x', sessionStore: store };
    const session = new Session(request, { a: 1 });
    request.session = session;
    world.note(
      'touch without a cookie',
      attempt(() => session.touch()),
    );
    session.cookie = new Cookie({ maxAge: 1000 });
    for (const name of ['touch', 'resetMaxAge', 'save', 'reload', 'regenerate', 'destroy']) {
      for (const given of [[], [() => calls.push(['called'])]]) {
        world.note(
          name,
          attempt(() => session[name](...given) === session),
        );
        world.note('calls', calls.splice(0));
        world.note('session', 'session' in request);
      }
    }
  });

  same('reload when the store fails, finds nothing, or throws', (world) => {
    const { Session } = world.session;
    for (const answer of [
      [new Error('away')],
      [null, null],
      [null, undefined],
      [],
      [null, false],
      ['text'],
      [null, {}],
      [undefined, 'text'],
    ]) {
      const store = Object.assign(new world.session.Store(), { get: (id, callback) => callback(...answer) });
      const session = new Session({ sessionID: 'x', sessionStore: store });
      world.note(
        'reload',
        attempt(() => session.reload((...given) => world.see('given', given))),
      );
    }
  });
});
