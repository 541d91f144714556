// Random scenarios out of a seed: options, a store, stored sessions, and visits with small programs to run in them.

/** Numbers of a seed (mulberry32); the same in every run. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count) => Math.floor(next() * count);
  const one = (list) => list[below(list.length)];
  return {
    below,
    one,
    maybe: (chance) => next() < chance,
    some: (most, make) => Array.from({ length: below(most + 1) }, make),
  };
}

const AGES = [undefined, null, 60_000, 60_000, 1000, 1000.5, 0, -1, false, NaN, 'x'];
const VALUES = [
  1,
  0,
  -0,
  1.5,
  '',
  'text',
  'ü€',
  null,
  true,
  [],
  {},
  [1, { a: null }],
  { b: { c: [] } },
  1e21,
  '\u2028',
];
const NAMES = ['a', 'b', '7', 'user', 'id', 'save', 'toString', 'ü', ''];
const SOON = '2023-11-14T22:14:00.000Z';
const WHEN = [
  SOON,
  SOON,
  SOON,
  SOON,
  SOON,
  SOON,
  '2023-11-14T22:13:20.000Z',
  '2023-11-14T22:13:19.000Z',
  'x',
  null,
  false,
  1700000060000,
  undefined,
];

/** What goes through JSON unharmed can be shown, kept, and made smaller. */
export function scenarioOf(seed) {
  const { one, maybe, some } = random(seed);
  const pick = (chance, make) => (maybe(chance) ? make() : undefined);
  const cookie = {
    maxAge: one(AGES.slice(0, 9)),
    path: pick(0.15, () => one(['/', '/in', ''])),
    domain: pick(0.1, () => one(['example.com', 'a b'])),
    httpOnly: pick(0.2, () => maybe(0.5)),
    secure: pick(0.3, () => one([true, false, 'auto'])),
    sameSite: pick(0.3, () => one([true, false, 'lax', 'none', 'auto', 'bad'])),
    partitioned: pick(0.1, () => true),
    priority: pick(0.1, () => one(['low', 'HIGH', 'bad'])),
  };
  const options = {
    resave: maybe(0.5),
    saveUninitialized: maybe(0.5),
    rolling: maybe(0.5),
    unset: one(['keep', 'destroy', undefined]),
    proxy: one([undefined, true, false]),
    secret: one(['keyboard cat', ['keyboard cat', 'old'], ['new', 'keyboard cat']]),
    cookie: Object.fromEntries(Object.entries(cookie).filter(([, value]) => value !== undefined)),
    fromFunction: maybe(0.15),
  };
  return {
    options,
    make: one(['memory', 'memory', 'sync', 'slow', 'promised', 'untouchable', 'dated', 'subclass']),
    fails: pick(0.12, () => ({ name: one(['get', 'set', 'touch', 'destroy']), code: one(['ENOENT', 'EIO']) })),
    stored: pick(0.7, () => ({
      cookie: {
        originalMaxAge: one([60_000, 60_000, 60_000, null, 1000, 0, false, 1.5]),
        expires: one(WHEN),
        httpOnly: maybe(0.7),
        path: one(['/', '/', '/in']),
        sameSite: one([undefined, 'lax']),
        secure: one([undefined, undefined, true, false]),
      },
      [one(NAMES)]: one(VALUES),
      [one(NAMES)]: one(VALUES),
    })),
    visits: [visit({ one, maybe, some }), ...some(3, () => visit({ one, maybe, some }))],
  };
}

function visit({ one, maybe, some }) {
  return {
    path: one(['/', '/in', '/in/x', '/other']),
    method: one(['GET', 'GET', 'GET', 'POST', 'HEAD']),
    browser: one([
      'kept',
      'kept',
      'kept',
      'kept',
      'stored',
      'stored',
      'stored',
      'old',
      'forged',
      'unknown',
      'none',
      'twice',
      'quoted',
    ]),
    https: maybe(0.3),
    pass: one([0, 0, 0, 1, 999, 1000, 61_000]),
    program: maybe(0.3) ? [] : some(4, () => step({ one, maybe })),
    end: one(['end', 'end', 'text', 'write', 'length', 'flush', 'json', 'twice', 'later', 'buffer', 'null']),
  };
}

function step({ one, maybe }) {
  const steps = {
    set: () => ({ name: one(NAMES), value: one(VALUES) }),
    delete: () => ({ name: one(NAMES) }),
    deep: () => ({ value: one(VALUES) }),
    save: () => ({ wait: maybe(0.7) }),
    reload: () => ({}),
    regenerate: () => ({ wait: maybe(0.8) }),
    destroy: () => ({ wait: maybe(0.8) }),
    touch: () => ({}),
    resetMaxAge: () => ({}),
    null: () => ({}),
    unset: () => ({}),
    replace: () => ({}),
    restore: () => ({}),
    maxAge: () => ({ value: one(AGES) }),
    expires: () => ({ value: one([null, false, 'date', 'bad']) }),
    attribute: () => ({
      name: one(['path', 'domain', 'secure', 'httpOnly', 'sameSite', 'originalMaxAge']),
      value: one(['/', '/in', true, false, null, 'lax', 5000, 'a b']),
    }),
    rename: () => ({ value: one(['mine', 7, undefined]) }),
    pass: () => ({ value: one([1, 500, 5000]) }),
    forget: () => ({}),
    write: () => ({}),
    cookie: () => ({}),
    throw: () => ({}),
    look: () => ({}),
    generate: () => ({}),
    disconnect: () => ({}),
  };
  const common = ['set', 'set', 'set', 'set', 'delete', 'deep', 'deep', 'save', 'reload', 'touch', 'look', 'maxAge'];
  const what = maybe(0.6) ? one(common) : one(Object.keys(steps));
  return { what, ...steps[what]() };
}

/** Ever smaller scenarios that still fail. */
export async function shrink(scenario, fails) {
  let smallest = scenario;
  for (let changed = true; changed;) {
    changed = false;
    for (const candidate of smaller(smallest)) {
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      changed = true;
      break;
    }
  }
  return smallest;
}

function* smaller(scenario) {
  const with_ = (change) => {
    const copy = structuredClone(scenario);
    change(copy);
    return copy;
  };
  for (const at of scenario.visits.keys())
    if (scenario.visits.length > 1) yield with_((copy) => copy.visits.splice(at, 1));
  for (const [at, { program }] of scenario.visits.entries()) {
    for (const step of program.keys()) yield with_((copy) => copy.visits[at].program.splice(step, 1));
    for (const [name, plain] of Object.entries({ end: 'end', pass: 0, method: 'GET', https: false, path: '/' })) {
      if (scenario.visits[at][name] !== plain)
        yield with_((copy) => {
          copy.visits[at][name] = plain;
        });
    }
  }
  for (const name of Object.keys(scenario.options.cookie)) yield with_((copy) => delete copy.options.cookie[name]);
  for (const name of ['resave', 'saveUninitialized', 'rolling', 'fromFunction'])
    if (scenario.options[name])
      yield with_((copy) => {
        copy.options[name] = false;
      });
  for (const name of ['unset', 'proxy'])
    if (scenario.options[name] !== undefined) yield with_((copy) => delete copy.options[name]);
  if (scenario.options.secret !== 'keyboard cat')
    yield with_((copy) => {
      copy.options.secret = 'keyboard cat';
    });
  for (const name of ['fails', 'stored']) if (scenario[name]) yield with_((copy) => delete copy[name]);
  if (scenario.make !== 'memory')
    yield with_((copy) => {
      copy.make = 'memory';
    });
}
