// What `require` gives, at the paths where express-session has it.

import { inspect } from 'node:util';
import { same } from './lib/same.mjs';
import { attempt, look, lookClass } from './lib/look.mjs';

const PARTS = ['session/cookie', 'session/session', 'session/store', 'session/memory'];

describe('exports', () => {
  same('the function and its classes', (world) => {
    const { session } = world;
    world.see('function', session);
    world.see('keys', Object.keys(session));
    for (const name of Object.keys(session)) world.note(name, lookClass(session[name]));
    for (const name of Object.keys(session))
      world.see('flags', Object.getOwnPropertyDescriptor(session, name).writable);
  });

  same('the files are the classes', (world) => {
    const { session, part } = world;
    const classes = [session.Cookie, session.Session, session.Store, session.MemoryStore];
    for (const ending of ['', '.js'])
      world.note(
        'same',
        PARTS.map((path, at) => part(path + ending) === classes[at]),
      );
    for (const path of PARTS) world.note(path, lookClass(part(path)));
    world.see('index', part('index') === session);
    world.see('index.js', part('index.js') === session);
    world.note('missing', attempt(() => part('session/redis')).threw.code);
  });

  same('as an ES module, and what the package says of itself', async (world) => {
    const module = await import(world.location);
    world.note('names', Object.keys(module).sort());
    world.note('classes', [typeof module.default, module.default.Store === module.Store, look(module.Cookie)]);
    const { name, version, main, type } = world.part('package.json');
    world.note('package', { name, version, main: main ?? 'index.js', type });
  });

  same('inheritance', (world) => {
    const { Cookie, MemoryStore, Session, Store } = world.session;
    const store = new MemoryStore();
    world.see('is a store', [store instanceof Store, store instanceof MemoryStore, new Store() instanceof MemoryStore]);
    world.see('super', [MemoryStore.super_ === Store, Store.super_?.name]);
    world.see('store', store);
    world.see('bare store', new Store());
    world.see('constructors', [
      store.constructor.name,
      new Cookie().constructor.name,
      new Session({}).constructor.name,
    ]);
    world.see('prototype of a cookie', Object.getPrototypeOf(new Cookie()) === Cookie.prototype);
    world.note(
      'bare store has',
      ['get', 'set', 'touch', 'destroy', 'all', 'length', 'clear'].map((name) => typeof new Store()[name]),
    );
  });

  same('called without new', (world) => {
    const { Cookie, MemoryStore, Session, Store } = world.session;
    for (const constructor of [Cookie, MemoryStore, Session, Store]) {
      world.note(
        'plain',
        attempt(() => (0, constructor)({ sessionID: 'x' })),
      );
      world.note(
        'on an object',
        attempt(() => constructor.call({}, { sessionID: 'x' })),
      );
      const heir = Object.create(constructor.prototype);
      world.note(
        'on an heir',
        attempt(() => constructor.call(heir, { sessionID: 'x' })),
      );
      world.see('heir', heir);
    }
  });

  same('a subclass of each', (world) => {
    const { Cookie, MemoryStore, Session, Store } = world.session;
    const Crumb = class extends Cookie {};
    const Mine = class extends Session {};
    world.see('cookie', new Crumb({ maxAge: 5 }));
    world.see('session', new Mine({ sessionID: 'x' }, { a: 1 }));
    world.see('store', new (class Shop extends Store {})());
    world.see('memory', new (class Shop extends MemoryStore {})());
  });

  same('as util.inspect prints them', async (world) => {
    const store = world.store();
    const print = (value) => world.note('print', inspect(value, { breakLength: 100 }));
    const app = world.app({ store, cookie: { maxAge: 5000 } }, (req, res) => {
      req.session.user = { name: 'ada' };
      print(req.session);
      print(req.session.cookie);
      world.note('for in', forIn(req.session));
      world.note('for in', forIn(req.session.cookie));
      world.note('entries', JSON.stringify(Object.entries(req.session)));
      world.note('spread', JSON.stringify({ ...req.session }));
      world.note('spread', JSON.stringify({ ...req.session.cookie }));
      world.note('tags', [String(req.session), String(req.session.cookie)]);
      res.end();
    });
    await world.browse(app, '/', '/');
    print(new world.session.Cookie({ sameSite: 'lax' }));
    print(new world.session.MemoryStore().sessions);
  });

  same('the middleware', (world) => {
    const { session } = world;
    const store = new session.MemoryStore();
    world.see('made', session({ secret: 'x', resave: true, saveUninitialized: true, store }));
    world.see('store has', Object.keys(store));
    world.see('generate', store.generate);
    world.see('listeners', store);
    session({ secret: 'x', resave: true, saveUninitialized: true, store });
    world.see('listeners of two', store);
  });
});

function forIn(object) {
  const keys = [];
  for (const key in object) keys.push(key);
  return keys;
}
