// The methods of a session.

import { same } from './lib/same.mjs';
import { attempt, look } from './lib/look.mjs';
import { KNOWN, known } from './lib/known.mjs';

/** A program with one known session; `work` is given the request and what ends it. */
function app(world, work, { options = {}, make = 'memory', before = [] } = {}) {
  const store = world.store(make);
  if (store.sessions) store.sessions.known = KNOWN;
  return world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => work(req, res), { before });
}

/** Notes what a callback was given, and with which `this`. */
const calledBack = (world, name, then) =>
  function (...given) {
    world.note(name, {
      given: given.map((value) => look(value, 3)),
      this: this === undefined ? 'undefined' : typeof this,
    });
    then();
  };

describe('the methods of a session', () => {
  for (const name of ['touch', 'resetMaxAge', 'save', 'reload', 'regenerate', 'destroy']) {
    for (const visit of [{}, known]) {
      same(`${name}: what it returns and calls back with, ${visit.cookie ? 'known' : 'new'}`, async (world) => {
        const work = (req, res) => {
          const { session } = req;
          const returned = session[name](
            calledBack(world, name, () => {
              world.note('then', [req.session === session, typeof req.session, req.sessionID]);
              if (!['touch', 'resetMaxAge'].includes(name)) res.end('from the callback');
            }),
          );
          world.note('returned', [returned === session, typeof returned]);
          world.note('now', [req.session === session, typeof req.session, 'session' in req, req.sessionID]);
          if (['touch', 'resetMaxAge'].includes(name)) res.end('at once');
        };
        for (const make of ['memory', 'sync', 'slow', 'promised', 'untouchable', 'dated'])
          await world.visit(app(world, work, { make }), '/', visit);
      });

      for (const callback of [undefined, null, 'text', {}]) {
        same(
          `${name} without a function: ${JSON.stringify(callback)}, ${visit.cookie ? 'known' : 'new'}`,
          async (world) => {
            const work = (req, res) => {
              world.note(
                name,
                attempt(() => req.session[name](callback) === req.session),
              );
              setImmediate(() => setImmediate(() => res.end('later')));
            };
            for (const make of ['memory', 'sync']) await world.visit(app(world, work, { make }), '/', visit);
          },
        );
      }

      same(`${name}, taken off the session, ${visit.cookie ? 'known' : 'new'}`, async (world) => {
        const work = (req, res) => {
          const { [name]: method } = req.session;
          world.see('method', method);
          world.note(
            'called',
            attempt(() => method(() => {})),
          );
          setImmediate(() => res.end());
        };
        await world.visit(app(world, work), '/', visit);
      });

      same(`${name}, replaced by the program, ${visit.cookie ? 'known' : 'new'}`, async (world) => {
        const work = (req, res) => {
          req.session.b = 1;
          const own = function (...given) {
            world.note('own', [this === req.session, given.length, typeof given[0]]);
            if (typeof given[0] === 'function') given[0]();
            return this;
          };
          world.note(
            'set',
            attempt(() => {
              req.session[name] = own;
            }),
          );
          world.see('keys', Object.keys(req.session));
          res.end();
        };
        await world.visit(app(world, work), '/', visit);
      });

      same(`${name}, removed by the program, ${visit.cookie ? 'known' : 'new'}`, async (world) => {
        const work = (req, res) => {
          req.session.b = 1;
          world.note(
            'delete',
            attempt(() => delete req.session[name]),
          );
          world.see('method', req.session[name]);
          res.end();
        };
        await world.visit(app(world, work), '/', visit);
      });
    }
  }

  same('id and req', async (world) => {
    const work = (req, res) => {
      const { session } = req;
      world.note('req', [session.req === req, session.id === req.sessionID, req.sessionStore.constructor.name]);
      world.note(
        'set id',
        attempt(() => {
          'use strict';
          session.id = 'x';
        }),
      );
      world.note(
        'set req',
        attempt(() => {
          session.req = 1;
        }),
      );
      world.note(
        'delete id',
        attempt(() => delete session.id),
      );
      world.note(
        'define',
        attempt(() => Object.defineProperty(session, 'id', { value: 'y' })),
      );
      world.see('session', session);
      res.end();
    };
    await world.visit(app(world, work));
    await world.visit(app(world, work), '/', known);
  });

  same('the id is fixed when the session is made', async (world) => {
    const work = (req, res) => {
      req.sessionID = 'changed';
      req.session.b = 1;
      world.note('id', req.session.id);
      req.session.save((failure) => {
        world.see('saved', failure);
        req.session.reload((again) => {
          world.see('reloaded', [again, req.session.id]);
          res.end();
        });
      });
    };
    await world.visit(app(world, work), '/', known);
    await world.visit(app(world, work));
  });

  same('reload of a session that is gone', async (world) => {
    const work = (req, res) => {
      req.sessionStore.sessions = {};
      const { session } = req;
      session.b = 1;
      session.reload((failure) => {
        world.see('failure', failure);
        world.note('session', [req.session === session, req.session.b]);
        res.end();
      });
    };
    for (const make of ['memory', 'sync']) await world.visit(app(world, work, { make }), '/', known);
  });

  same('reload of a session that became another', async (world) => {
    for (const text of [
      '{"cookie":{"path":"/other","maxAge":5},"c":3}',
      '{"cookie":{}}',
      '{"cookie":{"originalMaxAge":1,"expires":null}}',
    ]) {
      const work = (req, res) => {
        req.sessionStore.sessions.known = text;
        const { session } = req;
        session.reload((failure) => {
          world.see('failure', failure);
          world.see('session', req.session);
          world.note('same', req.session === session);
          res.end();
        });
      };
      await world.visit(app(world, work), '/', known);
    }
  });

  same('reload of what cannot be loaded', async (world) => {
    for (const text of ['{}', '{"cookie":7}', '{"cookie":null}', 'broken', 'null', '[]', '7', '"text"', '']) {
      const work = (req, res) => {
        req.sessionStore.sessions.known = text;
        const called = attempt(() => {
          req.session.reload((failure) => {
            world.see('failure', failure);
            res.end();
          });
        });
        world.note('reload', called);
        if (called.threw) res.end();
      };
      await world.visit(app(world, work), '/', known);
    }
  });

  same('many reloads, one in the other', async (world) => {
    const work = (req, res) => {
      let left = 50;
      const again = () => {
        if (left-- === 0) res.end(`${Object.getOwnPropertyNames(req.session)}`);
        else req.session.reload(again);
      };
      again();
    };
    await world.visit(app(world, work), '/', known);
  });

  same('regenerate keeps nothing', async (world) => {
    const work = (req, res) => {
      const old = req.session;
      old.b = 1;
      old.cookie.maxAge = 5000;
      old.regenerate(() => {
        world.see('new', req.session);
        world.see('old', old);
        world.note(
          'old saves',
          attempt(() => old.save(() => world.note('old saved', true)) === old),
        );
        setImmediate(() => setImmediate(() => res.end()));
      });
    };
    await world.visit(app(world, work), '/', known);
    await world.visit(app(world, work));
  });

  same('old methods after regenerate', async (world) => {
    const work = (req, res) => {
      const old = req.session;
      old.regenerate(() => {
        old.touch();
        req.session.touch().resetMaxAge();
        old.reload((failure) => {
          world.see('old reloads', [failure, req.session.id]);
          req.session.c = 1;
          res.end();
        });
      });
    };
    await world.visit(app(world, work), '/', known);
  });

  same('regenerate after null, and destroy twice', async (world) => {
    const work = (req, res) => {
      const old = req.session;
      req.session = null;
      old.regenerate(() => {
        const fresh = req.session;
        fresh.destroy(() =>
          fresh.destroy(() => {
            world.note('session', typeof req.session);
            res.end();
          }),
        );
      });
    };
    for (const unset of ['keep', 'destroy']) await world.visit(app(world, work, { options: { unset } }), '/', known);
  });

  same('regenerate asks genid and the cookie function', async (world) => {
    let count = 0;
    const options = {
      genid: (req) => {
        world.note('genid', [req.url, req.sessionID, typeof req.session]);
        return `n${++count}`;
      },
      cookie: (req) => {
        world.note('cookie', [req.url, req.sessionID, typeof req.session]);
        return { maxAge: 1000 * (count + 1) };
      },
    };
    const work = (req, res) => req.session.regenerate(() => res.end(req.session.id));
    await world.visit(app(world, work, { options }), '/', known);
  });

  same('regenerate when genid or the cookie function throws', async (world) => {
    for (const make of ['memory', 'sync']) {
      for (const name of ['genid', 'cookie']) {
        let throwing = false;
        const throws = () => {
          if (throwing) throw new RangeError(`no ${name}`);
          return name === 'genid' ? 'made' : {};
        };
        const work = (req, res) => {
          throwing = true;
          const called = attempt(() => {
            req.session.regenerate((failure) => {
              world.see('called back', failure);
              res.end();
            });
          });
          world.note('called', called.threw);
          if (called.threw) res.end();
        };
        for (const visit of [{}, known]) {
          throwing = false;
          await world.visit(app(world, work, { make, options: { [name]: throws } }), '/', visit);
        }
      }
    }
  });

  same('save with more arguments, and chained', async (world) => {
    const work = (req, res) => {
      req.session.b = 1;
      const chain = attempt(() => req.session.touch().resetMaxAge().touch() === req.session);
      world.note('chain', chain);
      req.session.save(
        function (...given) {
          world.note('saved', [given.length, arguments.length]);
          res.end();
        },
        'more',
        'yet more',
      );
    };
    await world.visit(app(world, work));
  });

  same('the session of the program', async (world) => {
    const own = (req, res, next) => {
      req.session = { own: true };
      next();
    };
    const work = (req, res) => {
      world.see('session', [req.session, req.sessionID, req.sessionStore]);
      res.end();
    };
    await world.visit(app(world, work, { before: [own] }), '/', known);
    for (const value of [null, undefined, false, 0, '', 'text', 7, true]) {
      const before = [
        (req, res, next) => {
          req.session = value;
          next();
        },
      ];
      await world.visit(app(world, work, { before }), '/', known);
    }
  });

  same('the session replaced', async (world) => {
    const { Cookie, Session } = world.session;
    const replacements = {
      'an object': () => ({ own: true }),
      'an object with a cookie': () => ({ own: true, cookie: new Cookie({ maxAge: 1000 }) }),
      'an object with methods': (req) => ({
        id: req.sessionID,
        cookie: new Cookie(),
        touch() {},
        save(done) {
          done();
        },
      }),
      text: () => 'text',
      'a number': () => 7,
      true: () => true,
      'an array': () => [1],
      'a session': (req) => Object.assign(new Session(req, { own: true }), { cookie: new Cookie({ maxAge: 1000 }) }),
      'a session without a cookie': (req) => new Session(req, { own: true }),
      'a copy': (req) => ({ ...req.session }),
      'a session of another': () =>
        Object.assign(new Session({ sessionID: 'other', sessionStore: { set: (id, data, done) => done() } }), {
          cookie: new Cookie(),
        }),
    };
    for (const [name, replace] of Object.entries(replacements)) {
      for (const visit of [{}, known]) {
        const work = (req, res) => {
          world.note('replaced by', name);
          req.session = replace(req);
          res.end('done');
        };
        await world.visit(app(world, work), '/', visit);
      }
    }
  });

  same('a session with setters, symbols and odd keys', async (world) => {
    const work = (req, res) => {
      const { session } = req;
      session[Symbol('s')] = 1;
      session[7] = 'seven';
      session[''] = 'empty';
      session.__proto__ = { inherited: true };
      Object.defineProperty(session, 'hidden', { value: 1, enumerable: false });
      Object.defineProperty(session, 'computed', { get: () => 'computed', enumerable: true, configurable: true });
      world.note('instance', session instanceof world.session.Session);
      world.note('end', attempt(() => res.end()).threw);
      req.socket.destroySoon();
    };
    await world.visit(app(world, work));
  });
});
