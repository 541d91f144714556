// Whether these tests see a difference: the original with a fault planted in it is not equal to the original.

import assert from 'node:assert/strict';
import { original, twin } from './lib/implementations.mjs';
import { playing } from './lib/interpret.mjs';
import { scenarioOf } from './lib/random.mjs';
import { compare } from './lib/same.mjs';

/** A twin of the original that gets other options than it is given. */
function given(change) {
  const { session, part } = twin();
  return { session: Object.assign((options) => session({ ...options, ...change(options) }), session), part };
}

/** A twin of the original with something else in its classes. */
function changed(change) {
  const { session, part } = twin();
  change(session);
  return { session, part };
}

/** A twin of the original whose middleware does something more. */
function around(more) {
  const { session, part } = twin();
  const wrapped = (options) => {
    const middleware = session(options);
    return (req, res, next) => more(req, res, next, middleware);
  };
  return { session: Object.assign(wrapped, session), part };
}

/** All that a stand-in could get wrong, little by little. */
const FAULTS = {
  'resave taken for its contrary': () => given(({ resave }) => ({ resave: !resave })),
  'saveUninitialized taken for its contrary': () =>
    given(({ saveUninitialized }) => ({ saveUninitialized: !saveUninitialized })),
  'always rolling': () => given(() => ({ rolling: true })),
  'always destroyed': () => given(() => ({ unset: 'destroy' })),
  'another name': () => given(() => ({ name: 'connect.id' })),
  'another secret': () => given(() => ({ secret: 'another' })),
  'a cookie that lives a millisecond more': () =>
    given(({ cookie }) => ({ cookie: { ...cookie, maxAge: cookie?.maxAge + 1 } })),
  'another order of the attributes in the JSON': () =>
    changed(({ Cookie }) => {
      Cookie.prototype.toJSON = function () {
        return { path: this.path, ...this.data };
      };
    }),
  'one more enumerable field in a cookie': () =>
    changed(({ Cookie }) => {
      Cookie.prototype.flavour = 'oat';
    }),
  'touch that returns nothing': () =>
    changed(({ Session }) => {
      const { touch } = Session.prototype;
      Session.prototype.touch = function () {
        touch.call(this);
      };
    }),
  'methods that are enumerable': () =>
    changed(({ Session }) => {
      const { destroy } = Session.prototype;
      Object.defineProperty(Session.prototype, 'destroy', { value: destroy, enumerable: true });
    }),
  'a store that is not touched': () =>
    changed(({ MemoryStore }) => {
      MemoryStore.prototype.touch = undefined;
    }),
  'one more call of the store': () =>
    changed(({ MemoryStore }) => {
      const { set } = MemoryStore.prototype;
      MemoryStore.prototype.set = function (id, data, callback) {
        this.get(id, () => set.call(this, id, data, callback));
      };
    }),
  'reload that says it otherwise': () =>
    changed(({ Session }) => {
      const { reload } = Session.prototype;
      Session.prototype.reload = function (callback) {
        return reload.call(this, (failure) => callback(failure && new Error('Failed to load session')));
      };
    }),
  'one more header': () =>
    around((req, res, next, middleware) => {
      res.setHeader('X-Session', '1');
      middleware(req, res, next);
    }),
  'another order of headers': () =>
    around((req, res, next, middleware) => {
      res.setHeader('Set-Cookie', []);
      middleware(req, res, next);
    }),
  'an error that is swallowed': () => around((req, res, next, middleware) => middleware(req, res, () => next())),
  'one more warning': () =>
    around((req, res, next, middleware) => {
      process.emit('deprecation', Object.assign(new Error('cookie should be eaten'), { namespace: 'express-session' }));
      middleware(req, res, next);
    }),
  'one more field of the request': () =>
    around((req, res, next, middleware) => {
      middleware(req, res, (failure) => {
        req.sessionStore.known = true;
        next(failure);
      });
    }),
};

/** One program that shows a little of everything. */
async function everything(world) {
  const store = world.store();
  store.sessions.broken = '{}';
  const app = world.app({ store, cookie: { maxAge: 60_000 } }, (req, res) => {
    world.see('session', req.session);
    world.see('touched', req.session.touch() === req.session);
    world.note('keys', [forIn(req.session), forIn(req.session.cookie), Object.keys(req.sessionStore)]);
    if (req.path === '/change') req.session.n = 1;
    if (req.path === '/null') req.session = null;
    if (req.path !== '/reload') return res.setHeader('X-Own', 'own').end('text');
    store.sessions = {};
    return req.session.reload((failure) => {
      world.see('reloaded', failure);
      res.end();
    });
  });
  await world.browse(app, '/', '/change', '/', '/change', '/null', '/reload');
  await world.browse(app, { cookie: 'connect.sid=s%3Abroken.y%2BcoTuUIOYpOv1r3Cdx0GLc%2FJJ%2BvMAdnpLzdYYBOdjk' });
  const failing = world.app({ store: world.store(), secret: undefined });
  await world.visit(failing);
}

const forIn = (object) => {
  const keys = [];
  for (const key in object) keys.push(key);
  return keys;
};

const differs = { code: 'ERR_ASSERTION', generatedMessage: true };

describe('these tests', () => {
  it('find nothing where nothing is', () => compare(original, twin(), everything));

  for (const [name, plant] of Object.entries(FAULTS)) {
    it(`find ${name}`, () => assert.rejects(compare(original, plant(), everything), differs));
  }

  it('find a fault in random programs', async () => {
    const found = [];
    const faulty = FAULTS['resave taken for its contrary']();
    for (let seed = 1; seed <= 30; seed++)
      await compare(original, faulty, playing(scenarioOf(seed))).catch(() => found.push(seed));
    assert.ok(found.length > 0);
  });

  it('refuse a scenario that shows nothing', async () => {
    await assert.rejects(
      compare(original, twin(), async () => {}),
      /the scenario shows nothing/,
    );
  });
});
