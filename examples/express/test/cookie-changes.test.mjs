// What a program changes in the cookie of a session.

import { attempt } from './lib/look.mjs';
import { same } from './lib/same.mjs';
import { NOW } from './lib/world.mjs';

describe('a cookie changed by the program', () => {
  const changes = {
    maxAge: (cookie) => {
      cookie.maxAge = 5000;
    },
    'maxAge null': (cookie) => {
      cookie.maxAge = null;
    },
    'maxAge false': (cookie) => {
      cookie.maxAge = false;
    },
    'maxAge undefined': (cookie) => {
      cookie.maxAge = undefined;
    },
    'maxAge a date': (cookie) => {
      cookie.maxAge = new Date(NOW + 5000);
    },
    'maxAge text': (cookie) => {
      cookie.maxAge = '5000';
    },
    'maxAge past': (cookie) => {
      cookie.maxAge = -5000;
    },
    expires: (cookie) => {
      cookie.expires = new Date(NOW + 5000);
    },
    'expires null': (cookie) => {
      cookie.expires = null;
    },
    'expires false': (cookie) => {
      cookie.expires = false;
    },
    'expires text': (cookie) => {
      cookie.expires = '2030-01-01';
    },
    'expires invalid': (cookie) => {
      cookie.expires = new Date(NaN);
    },
    originalMaxAge: (cookie) => {
      cookie.originalMaxAge = 5000;
    },
    'originalMaxAge text': (cookie) => {
      cookie.originalMaxAge = '5000';
    },
    'originalMaxAge null': (cookie) => {
      cookie.originalMaxAge = null;
    },
    _expires: (cookie) => {
      cookie._expires = new Date(NOW + 5000);
    },
    path: (cookie) => {
      cookie.path = '/elsewhere';
    },
    'path bad': (cookie) => {
      cookie.path = '/;';
    },
    domain: (cookie) => {
      cookie.domain = 'example.com';
    },
    secure: (cookie) => {
      cookie.secure = true;
    },
    httpOnly: (cookie) => {
      cookie.httpOnly = false;
    },
    sameSite: (cookie) => {
      cookie.sameSite = 'none';
    },
    'sameSite bad': (cookie) => {
      cookie.sameSite = 'maybe';
    },
    partitioned: (cookie) => {
      cookie.partitioned = true;
    },
    priority: (cookie) => {
      cookie.priority = 'high';
    },
    'a deleted path': (cookie) => {
      delete cookie.path;
    },
    'a field of its own': (cookie) => {
      cookie.flavour = 'oat';
    },
    'a toJSON of its own': (cookie) => {
      cookie.toJSON = () => ({ flavour: 'oat' });
    },
    'a data of its own': (cookie) => {
      Object.defineProperty(cookie, 'data', { value: { path: '/own', httpOnly: false } });
    },
    frozen: (cookie) => {
      Object.freeze(cookie);
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    for (const cookie of [{}, { maxAge: 60_000 }]) {
      for (const also of ['only', 'and data']) {
        same(`${name}, ${also}, of ${JSON.stringify(cookie)}`, async (world) => {
          const app = world.app({ store: world.store(), cookie }, (req, res) => {
            req.session.count ??= 1;
            if (req.path === '/change') {
              if (also === 'and data') req.session.count += 1;
              world.note(
                'change',
                attempt(() => change(req.session.cookie)),
              );
            }
            world.see('cookie', req.session.cookie);
            res.end();
          });
          await world.browse(
            app,
            '/',
            { path: '/change', pass: 100 },
            { path: '/', pass: 100 },
            { path: '/change', pass: 6000 },
          );
        });
      }
    }
  }

  for (const replaced of [
    {},
    { path: '/' },
    null,
    undefined,
    'text',
    7,
    { expires: new Date(NOW + 9000), data: { path: '/d' } },
  ]) {
    same(`replaced by ${JSON.stringify(replaced)}`, async (world) => {
      const app = world.app({ store: world.store(), cookie: { maxAge: 60_000 } }, (req, res) => {
        req.session.count = 1;
        req.session.cookie = replaced;
        try {
          res.end('ended');
        } catch (thrown) {
          world.note(
            'threw',
            attempt(() => {
              throw thrown;
            }),
          );
          req.socket.destroy();
        }
      });
      await world.visit(app);
    });
  }

  same('replaced by a Cookie of the program', async (world) => {
    const app = world.app({ store: world.store(), cookie: { maxAge: 60_000 } }, (req, res) => {
      req.session.count = (req.session.count ?? 0) + 1;
      req.session.cookie = new world.session.Cookie({ maxAge: 7000, sameSite: 'lax' });
      res.end();
    });
    await world.browse(app, '/', { pass: 100 });
  });

  same('deleted', async (world) => {
    const app = world.app({ store: world.store() }, (req, res) => {
      req.session.count = 1;
      delete req.session.cookie;
      try {
        res.end('ended');
      } catch (thrown) {
        world.note(
          'threw',
          attempt(() => {
            throw thrown;
          }),
        );
        req.socket.destroy();
      }
    });
    await world.visit(app);
  });
});
