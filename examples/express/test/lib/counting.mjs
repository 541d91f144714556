// The program of several tests.

import { KNOWN } from './known.mjs';

/** A program that shows the id and changes the session. */
export function counting(world, options, extra) {
  const store = world.store();
  store.sessions.known = KNOWN;
  return world.app(
    { store, ...options },
    (req, res) => {
      world.see('seen', [req.sessionID, req.session?.id, req.session?.n, req.session?.a]);
      if (req.session) req.session.n = (req.session.n ?? 0) + 1;
      res.end();
    },
    extra,
  );
}
