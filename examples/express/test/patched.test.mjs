// Programs that change the prototypes of the classes.

import { KNOWN, known } from './lib/known.mjs';
import { same } from './lib/same.mjs';

describe('prototypes', () => {
  same('classes that the program patches', async (world) => {
    const { Cookie, MemoryStore, Session, Store } = world.session;
    const patches = [
      [
        Session.prototype,
        'flash',
        {
          value() {
            return (this.flashes ??= []);
          },
          configurable: true,
        },
      ],
      [
        Session.prototype,
        'touch',
        {
          value() {
            world.note('touch', this.id);
            return this.resetMaxAge();
          },
          configurable: true,
          writable: true,
        },
      ],
      [
        Session.prototype,
        'save',
        {
          value(done) {
            world.note('save', this.id);
            this.req.sessionStore.set(this.id, this, done);
            return this;
          },
          configurable: true,
          writable: true,
        },
      ],
      [
        Session.prototype,
        'user',
        {
          get() {
            return 'got';
          },
          enumerable: true,
          configurable: true,
        },
      ],
      [
        Cookie.prototype,
        'sameSite',
        {
          get() {
            return this.wanted ?? 'lax';
          },
          set(value) {
            this.wanted = value;
          },
          configurable: true,
        },
      ],
      [
        Cookie.prototype,
        'toJSON',
        {
          value() {
            return { ...this.data, patched: true };
          },
          configurable: true,
        },
      ],
      [
        Cookie.prototype,
        'data',
        {
          get() {
            return { path: '/patched', httpOnly: true };
          },
          configurable: true,
        },
      ],
      [
        Cookie.prototype,
        'maxAge',
        {
          get() {
            return 7;
          },
          set() {},
          configurable: true,
        },
      ],
      [
        Store.prototype,
        'createSession',
        {
          value(req, data) {
            world.note('createSession', JSON.stringify(data));
            data.cookie = new Cookie(data.cookie);
            return (req.session = new Session(req, data));
          },
          configurable: true,
          writable: true,
        },
      ],
      [
        Store.prototype,
        'regenerate',
        {
          value(req, done) {
            world.note('regenerate', req.sessionID);
            this.generate(req);
            done();
          },
          configurable: true,
          writable: true,
        },
      ],
      [
        MemoryStore.prototype,
        'get',
        {
          value(id, done) {
            world.note('get', id);
            done(null, JSON.parse(KNOWN));
          },
          configurable: true,
          writable: true,
        },
      ],
    ];
    for (const [object, name, patch] of patches) {
      const before = Object.getOwnPropertyDescriptor(object, name);
      Object.defineProperty(object, name, patch);
      try {
        world.note('patched', [object.constructor.name, name]);
        const store = new MemoryStore();
        store.sessions.known = KNOWN;
        const app = world.app({ store, cookie: { maxAge: 60_000, sameSite: 'none' } }, (req, res) => {
          world.see('session', req.session);
          if (req.path === '/regenerate') return req.session.regenerate(() => res.end(JSON.stringify(req.session)));
          req.session.n = (req.session.n ?? 0) + 1;
          req.session.flash?.();
          return res.end(JSON.stringify(req.session));
        });
        for (const path of ['/', '/regenerate']) for (const visit of [{}, known]) await world.visit(app, path, visit);
        world.note('left', { ...store.sessions });
      } finally {
        if (before) Object.defineProperty(object, name, before);
        else delete object[name];
      }
    }
  });
});
