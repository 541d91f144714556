// The response: written at once or in parts, and ended in every way, with a body or without.

import { KNOWN, known } from './lib/known.mjs';
import { same } from './lib/same.mjs';
import { WAYS } from './lib/ways.mjs';

const LAZY = { unset: 'destroy' };
const EAGER = { rolling: true, resave: true, saveUninitialized: true };

/** Before the answer is begun. */
const CHANGES = {
  unchanged: () => {},
  changed: (req) => {
    req.session.n = (req.session.n ?? 0) + 1;
  },
};

describe('the response', () => {
  for (const [way, answer] of Object.entries(WAYS)) {
    same(way, async (world) => {
      for (const [change, apply] of Object.entries(CHANGES)) {
        for (const [make, options] of [
          ['memory', LAZY],
          ['sync', EAGER],
          ['slow', change === 'changed' ? LAZY : EAGER],
        ]) {
          const store = world.store(make);
          store.sessions.known = KNOWN;
          const app = world.app({ store, cookie: { maxAge: 60_000 }, ...options }, (req, res) => {
            apply(req);
            if (req.path === '/null') req.session = null;
            answer(res, (what) => world.note('way', what));
          });
          world.note('case', { change, make, options });
          for (const [path, visit] of [
            ['/', {}],
            ['/', known],
            ['/', { ...known, method: 'HEAD' }],
            ['/null', known],
          ]) {
            await world.visit(app, path, visit);
          }
        }
      }
    });
  }
});
