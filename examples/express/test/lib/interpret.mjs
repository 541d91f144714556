// Plays a random scenario.

import { attempt, look } from './look.mjs';
import { pairOf, valueOf } from './known.mjs';
import { spoil } from './stores.mjs';
import { NOW, cookieOf } from './world.mjs';

/** The scenario as `same` and `compare` take it. */
export function playing({ options, make, fails, stored, visits }) {
  return async (world) => {
    const store = world.store(make, (made) =>
      fails
        ? spoil(made, { [fails.name]: { error: Object.assign(new Error('spoiled'), { code: fails.code }) } })
        : made,
    );
    const { fromFunction, ...given } = options;
    if (fromFunction) given.cookie = () => options.cookie;
    let current;
    const app = world.app({ ...given, store }, (req, res) => run(world, store, current, req, res));
    if (stored) store.sessions.stored = JSON.stringify(stored);
    let kept;
    for (const visit of visits) {
      current = visit;
      world.pass(visit.pass);
      const headers = visit.https ? { 'x-forwarded-proto': 'https' } : {};
      const answer = await world.visit(app, visit.path, {
        method: visit.method,
        cookie: browserOf(visit.browser, kept),
        headers,
      });
      kept = cookieOf(answer) ?? kept;
      world.note('left', { ...store.sessions });
    }
  };
}

function browserOf(browser, kept) {
  const stored = pairOf('stored');
  return {
    kept,
    stored,
    old: pairOf('stored', 'old'),
    forged: pairOf('stored', 'forged'),
    unknown: pairOf('unknown'),
    none: undefined,
    twice: `${stored}; ${kept}`,
    quoted: `a=b; connect.sid="${valueOf('stored')}"`,
  }[browser];
}

async function run(world, store, { program, end }, req, res) {
  const first = req.session;
  for (const step of program) {
    const outcome = await attempted(() => STEPS[step.what](req, step, { res, world, store, first }));
    if (outcome) world.note(step.what, outcome);
    if (step.what === 'throw') throw new RangeError('of the program');
  }
  world.see('session', [req.session === first, req.sessionID, req.session]);
  const ended = attempt(() => ENDS[end](res));
  world.note(end, ended.threw ?? 'ended');
  // It can never end now.
  if (ended.threw) req.socket.destroy();
}

async function attempted(call) {
  try {
    return await call();
  } catch (thrown) {
    return look(thrown);
  }
}

/** Calls a method of the session, and waits for its callback if it is given one. */
function method(req, name, wait) {
  if (!req.session) return 'none';
  return new Promise((done) => {
    const outcome = attempt(() =>
      req.session[name](wait ? (...given) => done(given.map((value) => look(value, 2))) : () => {}),
    );
    if (outcome.threw || !wait) done(outcome.threw ?? 'forgotten');
  });
}

const STEPS = {
  set: ({ session }, { name, value }) => {
    session[name] = value;
  },
  delete: ({ session }, { name }) => {
    delete session[name];
  },
  deep: ({ session }, { value }) => {
    (session.deep ??= { list: [] }).list.push(value);
  },
  save: (req, { wait }) => method(req, 'save', wait),
  reload: (req) => method(req, 'reload', true),
  regenerate: (req, { wait }) => method(req, 'regenerate', wait),
  destroy: (req, { wait }) => method(req, 'destroy', wait),
  touch: ({ session }) => {
    session.touch();
  },
  resetMaxAge: ({ session }) => {
    session.resetMaxAge();
  },
  null: (req) => {
    req.session = null;
  },
  unset: (req) => {
    delete req.session;
  },
  replace: (req) => {
    req.session = { own: true };
  },
  restore: (req, step, { first }) => {
    req.session = first;
  },
  maxAge: ({ session }, { value }) => {
    session.cookie.maxAge = value;
  },
  expires: ({ session }, { value }) => {
    session.cookie.expires = { date: new Date(NOW + 30_000), bad: new Date(NaN) }[value] ?? value;
  },
  attribute: ({ session }, { name, value }) => {
    session.cookie[name] = value;
  },
  rename: (req, { value }) => {
    req.sessionID = value;
  },
  pass: (req, { value }, { world }) => {
    world.pass(value);
  },
  forget: (req, step, { store }) => {
    store.sessions = {};
  },
  write: (req, step, { res }) => {
    res.write('written ');
  },
  cookie: (req, step, { res }) => {
    res.setHeader('Set-Cookie', 'own=value');
  },
  throw: () => undefined,
  look: (req, step, { world }) => {
    world.see('look', [req.session, req.session && Object.keys(req.session.cookie)]);
  },
  generate: (req, step, { store }) => {
    store.generate(req);
  },
  disconnect: (req, step, { store }) => {
    store.emit('disconnect');
    setImmediate(() => store.emit('connect'));
  },
};

const ENDS = {
  end: (res) => {
    res.end();
  },
  text: (res) => {
    res.end('text');
  },
  write: (res) => {
    res.write('one ');
    res.end('two');
  },
  length: (res) => {
    if (!res.headersSent) res.setHeader('Content-Length', 4);
    res.end('four');
  },
  flush: (res) => {
    res.flushHeaders();
    res.end('flushed');
  },
  json: (res) => {
    res.json({ a: 1 });
  },
  twice: (res) => {
    res.end('one');
    res.end('two');
  },
  later: (res) => {
    setImmediate(() => setImmediate(() => res.end('later')));
  },
  buffer: (res) => {
    res.end(Buffer.from('buffer'));
  },
  null: (res) => {
    res.end(null);
  },
};
