// What is written and sent at the end of a request: every combination of the options, with all that a program may do.

import { same } from './lib/same.mjs';
import { pairOf } from './lib/known.mjs';
import { NOW } from './lib/world.mjs';

const FLAGS = [false, true];
const AGES = { none: null, some: 60_000, false: false };
const BROWSERS = {
  'no cookie': undefined,
  forged: pairOf('known', 'other'),
  unknown: pairOf('unknown'),
  known: pairOf('known'),
  expired: pairOf('expired'),
};

/** What handlers do before they end the response. `end` ends it. */
const ACTIONS = {
  nothing: (req, end) => end(),
  change: (req, end) => {
    req.session.b = 1;
    end();
  },
  'change and change back': (req, end) => {
    req.session.b = 1;
    delete req.session.b;
    end();
  },
  'set what it is': (req, end) => {
    req.session.a = 1;
    end();
  },
  'change the order': (req, end) => {
    const { a } = req.session;
    delete req.session.a;
    req.session.z = 1;
    req.session.a = a;
    end();
  },
  'set undefined': (req, end) => {
    req.session.b = undefined;
    end();
  },
  'change inside': (req, end) => {
    req.session.deep = { a: [1, { b: 2 }] };
    req.session.deep.a[1].b = 3;
    end();
  },
  'change the age': (req, end) => {
    req.session.cookie.maxAge = 5000;
    end();
  },
  'end the age': (req, end) => {
    req.session.cookie.expires = null;
    end();
  },
  touch: (req, end) => {
    req.session.touch();
    end();
  },
  save: (req, end) => req.session.save(end),
  'save and forget': (req, end) => {
    req.session.save();
    end();
  },
  'change and save': (req, end) => {
    req.session.b = 1;
    req.session.save(end);
  },
  'save and change': (req, end) =>
    req.session.save(() => {
      req.session.b = 1;
      end();
    }),
  'change, save, change back': (req, end) => {
    req.session.b = 1;
    req.session.save(() => {
      delete req.session.b;
      end();
    });
  },
  'change, save, change': (req, end) => {
    req.session.b = 1;
    req.session.save(() => {
      req.session.b = 2;
      end();
    });
  },
  'save twice': (req, end) => {
    req.session.b = 1;
    req.session.save(() => req.session.save(end));
  },
  reload: (req, end) => {
    req.session.b = 1;
    req.session.reload(() => end());
  },
  'reload and change': (req, end) =>
    req.session.reload(() => {
      req.session.b = 1;
      end();
    }),
  'reload, change, save': (req, end) =>
    req.session.reload(() => {
      req.session.b = 1;
      req.session.save(end);
    }),
  'save and reload': (req, end) => {
    req.session.b = 1;
    req.session.save(() => req.session.reload(() => end()));
  },
  regenerate: (req, end) => req.session.regenerate(() => end()),
  'regenerate and change': (req, end) =>
    req.session.regenerate(() => {
      req.session.b = 1;
      end();
    }),
  'regenerate and save': (req, end) =>
    req.session.regenerate(() => {
      req.session.b = 1;
      req.session.save(end);
    }),
  'regenerate twice': (req, end) => req.session.regenerate(() => req.session.regenerate(() => end())),
  'regenerate and forget': (req, end) => {
    req.session.regenerate(() => {});
    end();
  },
  destroy: (req, end) => req.session.destroy(end),
  'destroy and forget': (req, end) => {
    req.session.destroy();
    end();
  },
  'set null': (req, end) => {
    req.session = null;
    end();
  },
  'set undefined as session': (req, end) => {
    req.session = undefined;
    end();
  },
  'set false': (req, end) => {
    req.session = false;
    end();
  },
  delete: (req, end) => {
    delete req.session;
    end();
  },
  'change the id': (req, end) => {
    req.sessionID = 'mine';
    end();
  },
  'change the id and the data': (req, end) => {
    req.sessionID = 'mine';
    req.session.b = 1;
    end();
  },
  'an id that is no text': (req, end) => {
    req.sessionID = 7;
    req.session.b = 1;
    end();
  },
  'no id': (req, end) => {
    delete req.sessionID;
    req.session.b = 1;
    end();
  },
};

const document = (expires) =>
  JSON.stringify({
    cookie: {
      originalMaxAge: expires ? 60_000 : null,
      expires: expires ? new Date(expires) : null,
      httpOnly: true,
      path: '/',
    },
    a: 1,
  });

async function all(world, options, action) {
  for (const [age, maxAge] of Object.entries(AGES)) {
    for (const unset of ['keep', 'destroy']) {
      const store = world.store();
      const app = world.app({ ...options, unset, store, cookie: { maxAge } }, (req, res) =>
        action(req, () => res.end('done')),
      );
      for (const [browser, cookie] of Object.entries(BROWSERS)) {
        store.sessions = { known: document(maxAge && NOW + 30_000), expired: document(NOW - 1) };
        world.note('case', { age, unset, browser });
        await world.visit(app, '/', { cookie });
        world.note('left', { ...store.sessions });
      }
    }
  }
}

describe('the lifecycle', () => {
  for (const resave of FLAGS) {
    for (const saveUninitialized of FLAGS) {
      for (const rolling of FLAGS) {
        const options = { resave, saveUninitialized, rolling };
        describe(JSON.stringify(options), () => {
          for (const [name, action] of Object.entries(ACTIONS)) same(name, (world) => all(world, options, action));
        });
      }
    }
  }

  for (const value of [undefined, null, 0, 1, '', 'false', {}]) {
    same(`flags that are no booleans: ${JSON.stringify(value)}`, async (world) => {
      for (const name of ['resave', 'saveUninitialized', 'rolling']) {
        const store = world.store();
        const app = world.app({ store, cookie: { maxAge: 60_000 }, [name]: value }, (req, res) => res.end());
        store.sessions = { known: document(NOW + 30_000) };
        await world.visit(app);
        await world.visit(app, '/', { cookie: pairOf('known') });
      }
    });
  }
});
