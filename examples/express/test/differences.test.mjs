// Where we differ from the original on purpose: what each does.

import assert from 'node:assert/strict';
import { original, subject } from './lib/implementations.mjs';
import { attempt } from './lib/look.mjs';
import { pairOf, signed, valueOf } from './lib/known.mjs';
import { play } from './lib/world.mjs';

/** What both see of a scenario. */
async function both(scenario) {
  return { original: await play(original, scenario), ours: await play(subject, scenario) };
}

const statuses = ({ browser }) => browser.map(([, , status]) => status);
const noted = ({ server }, name) => server.filter(([what]) => what === name).map(([, detail]) => detail);

describe('on purpose', () => {
  for (const name of ['toString', 'constructor', 'hasOwnProperty', 'valueOf']) {
    it(`a cookie may be called ${name}, where the original fails every request that has a cookie`, async () => {
      const seen = await both(async (world) => {
        const app = world.app({ name, store: world.store(), saveUninitialized: true }, (req, res) =>
          res.end(req.sessionID),
        );
        await world.visit(app, '/', { cookie: 'other=1' });
        await world.visit(app);
        await world.browse(app, '/', { cookie: `${name}=${valueOf('id-1')}` });
      });
      assert.deepEqual(statuses(seen.original), [500, 200, 200, 200]);
      assert.deepEqual(statuses(seen.ours), [200, 200, 200, 200]);
    });
  }

  it('the parsed target is not left on the request', async () => {
    const seen = await both(async (world) => {
      await world.visit(
        world.bare({ store: world.store() }, (req, res) => {
          world.note(
            'left',
            Object.keys(req).filter((key) => key.startsWith('_parsed')),
          );
          res.end();
        }),
      );
    });
    assert.deepEqual([noted(seen.original, 'left'), noted(seen.ours, 'left')], [[['_parsedUrl']], [[]]]);
  });

  it('no attribute Path without a text, where the original writes `Path=` for an empty array', async () => {
    const seen = await both((world) => {
      world.note('line', new world.session.Cookie({ path: [] }).serialize('name', 'value'));
    });
    assert.deepEqual(noted(seen.original, 'line'), ['name=value; Path=; HttpOnly']);
    assert.deepEqual(noted(seen.ours, 'line'), ['name=value; HttpOnly']);
  });

  it('originalMaxAge stays what it was, where the original loses what the clock ticks between two readings', async () => {
    const seen = await both((world) => {
      const { now } = Date;
      let ticks = 0;
      Date.now = () => now() + ticks++;
      try {
        const cookie = new world.session.Cookie({ maxAge: 1000 });
        for (let left = 5; left > 0; left--) cookie.maxAge = cookie.originalMaxAge;
        world.note('after', cookie.originalMaxAge);
      } finally {
        Date.now = now;
      }
    });
    assert.ok(noted(seen.original, 'after')[0] < 1000);
    assert.deepEqual(noted(seen.ours, 'after'), [1000]);
  });

  it('maxAge and encode in the data of a cookie of the program do not count', async () => {
    const seen = await both(async (world) => {
      const app = world.app({ store: world.store(), genid: () => 'id' }, (req, res) => {
        req.session.n = 1;
        req.session.cookie = { data: { path: '/', maxAge: 7, encode: () => 'encoded' } };
        res.end();
      });
      await world.visit(app);
    });
    const line = ({ browser: [[, , , , headers]] }) => Object.fromEntries(headers)['Set-Cookie'];
    assert.equal(line(seen.original), 'connect.sid=encoded; Max-Age=7; Path=/');
    assert.equal(line(seen.ours), `connect.sid=${valueOf('id')}; Path=/`);
  });

  it('an id beyond Latin-1 in a header that a program made is not found', async () => {
    const seen = await both(async (world) => {
      const before = [
        (req, res, next) => {
          req.headers.cookie = `connect.sid=s:${signed('€')}`;
          next();
        },
      ];
      await world.visit(world.app({ store: world.store() }, (req, res) => res.end(), { before }));
      world.note('asked', true);
    });
    const asked = ({ server }) => server.filter(([what]) => what === 'store.get').map(([, { given }]) => given[0]);
    assert.deepEqual([asked(seen.original), asked(seen.ours)], [['€'], []]);
  });

  it('a store that calls back twice ends the response once', async () => {
    const seen = await both(async (world) => {
      const twice = (made) => Object.assign(made, { touch: (id, data, callback) => [callback(), callback()] });
      const store = world.store('sync', twice);
      store.sessions.known = '{"cookie":{}}';
      const before = [
        (req, res, next) => {
          const { end } = res;
          res.end = (...given) => {
            world.note('end', given.length);
            return end.apply(res, given);
          };
          next();
        },
      ];
      await world.visit(
        world.app({ store }, (req, res) => res.end('text'), { before }),
        '/',
        { cookie: pairOf('known') },
      );
    });
    assert.deepEqual([noted(seen.original, 'end').length, noted(seen.ours, 'end').length], [2, 1]);
  });

  for (const [name, chunk] of Object.entries({ 'a number': 7, 'an object': {} })) {
    it(`${name} to end() throws once, where the original throws again out of the store's callback`, async () => {
      const seen = await both(async (world) => {
        const store = world.store();
        store.sessions.known = '{"cookie":{}}';
        await world.visit(
          world.app({ store }, (req, res) => {
            world.note('end', attempt(() => res.end(chunk)).threw?.code);
            req.socket.destroy();
          }),
          '/',
          { cookie: pairOf('known') },
        );
      });
      for (const one of [seen.original, seen.ours]) assert.deepEqual(noted(one, 'end'), ['ERR_INVALID_ARG_TYPE']);
      assert.deepEqual(
        noted(seen.original, 'uncaught').map(({ code }) => code),
        ['ERR_INVALID_ARG_TYPE'],
      );
      assert.deepEqual(noted(seen.ours, 'uncaught'), []);
    });
  }
});
