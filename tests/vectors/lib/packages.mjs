// The real packages, and the little of their surroundings that is ours: clock, randomness and event loop.
//
// Three things are replaced while the packages are loaded, because they keep what they find then:
// `setImmediate` (MemoryStore and the middleware defer with it), so that a request runs to its end inside one call;
// `hasOwnProperty` (npm cookie asks it whether a name was seen), so that names arrive in the order of the header.

import crypto from 'node:crypto';
import { createRequire } from 'node:module';

// A stored date without a zone is local time to Date.parse; deprecations would go to stderr with every request.
process.env.TZ = 'UTC';
process.env.NO_DEPRECATION = 'express-session';
process.env.NODE_ENV = 'test';

const deferred = [];
let nameSeen = null;

const load = createRequire(import.meta.url);
const { cookie, session, signature } = loadHooked();
// The copies that express-session itself uses.
const loadBeside = createRequire(load.resolve('express-session'));
const uid = loadBeside('uid-safe').sync;

export { cookie, session, signature };

const NAMES = ['cookie', 'cookie-signature', 'express-session', 'on-headers', 'parseurl', 'random-bytes', 'uid-safe'];

/** The exact version of each package that takes part. */
export const versions = Object.fromEntries(NAMES.map((name) => [name, versionOf(name)]));

function loadHooked() {
  const { setImmediate } = globalThis;
  const { hasOwnProperty } = Object.prototype;
  globalThis.setImmediate = (job, ...args) => void deferred.push(() => job(...args));
  Object.prototype.hasOwnProperty = function (name) {
    return nameSeen ? nameSeen(name) : hasOwnProperty.call(this, name);
  };
  try {
    return { cookie: load('cookie'), session: load('express-session'), signature: load('cookie-signature') };
  } finally {
    globalThis.setImmediate = setImmediate;
    Object.prototype.hasOwnProperty = hasOwnProperty;
  }
}

// random-bytes is a dependency of uid-safe; npm puts all of them side by side, and the lock file holds it so.
function versionOf(name) {
  return loadBeside(`${name}/package.json`).version;
}

/** Runs what the packages deferred, and what that defers, until nothing is left. */
export function settle() {
  while (deferred.length > 0) deferred.shift()();
}

/**
 * Runs `run` with `now()` as the clock and `random(size)` as the source of bytes, and puts the real ones back.
 * The packages read the clock by Date.now() only, never by `new Date()`.
 */
export function inWorld({ now, random }, run) {
  const before = { now: Date.now, randomBytes: crypto.randomBytes };
  Date.now = now;
  crypto.randomBytes = random;
  try {
    return run();
  } finally {
    Date.now = before.now;
    crypto.randomBytes = before.randomBytes;
    deferred.length = 0;
  }
}

/**
 * The pairs npm cookie finds in a header, as `[name, raw value]` in the header's order, each name once.
 * cookie.parse answers an object, which moves integer-like names to the front and loses `__proto__`.
 */
export function rawPairs(header) {
  const pairs = new Map();
  let current;
  nameSeen = (name) => {
    current = name;
    return pairs.has(name);
  };
  try {
    cookie.parse(header, { decode: (raw) => void pairs.set(current, raw) });
  } finally {
    nameSeen = null;
  }
  return [...pairs];
}

/** What uid-safe makes of these bytes. */
export function uidOf(bytes) {
  return inWorld({ now: Date.now, random: () => bytes }, () => uid(bytes.length));
}
