// What the vectors have in common: one moment, one secret, one session id, and short ways to write requests down.

import { createHash } from 'node:crypto';

import { signature } from './packages.mjs';

/** 2023-11-14T22:13:20.000Z */
export const NOW = 1_700_000_000_000;
export const SECRET = 'keyboard cat';
/** Short, because it stands in every vector; the ids that are drawn have all of their 32 characters. */
export const SID = 'sid-of-ann';

/** 24 bytes that look random, the same for the same `n`. */
export function randomHex(n) {
  return createHash('sha256').update(`random ${n}`).digest('hex').slice(0, 48);
}

/** The value of a cookie for `sid` before it is percent-encoded. */
export function rawValue(sid, secret = SECRET) {
  return `s:${signature.sign(sid, secret)}`;
}

export function cookieFor(sid = SID, secret = SECRET, name = 'connect.sid') {
  return `${name}=${encodeURIComponent(rawValue(sid, secret))}`;
}

/** The text of a stored document; `ms` is its maxAge, counted from `made`. */
export function document(data = {}, ms = null, made = NOW - 30_000) {
  const expires = ms === null ? null : new Date(made + ms).toISOString();
  return JSON.stringify({ cookie: { originalMaxAge: ms, expires, httpOnly: true, path: '/' }, ...data });
}

/** A step with what is usual, changed by `given`. */
export function step(given = {}) {
  const usual = { now: NOW, cookie: null, encrypted: false, path: '/', random_hex: [1, 2].map(randomHex), ops: [] };
  if ('cookie_hex' in given) delete usual.cookie;
  return { ...usual, ...given };
}

/** A step of a browser that has the cookie of `SID`. */
export function known(given = {}) {
  return step({ cookie: cookieFor(), random_hex: [randomHex(1)], ...given });
}

/** An `exchange`, with resave and saveUninitialized off, as Express recommends it. */
export function exchangeOf({ options = {}, store = {}, steps }) {
  const usual = { secret: SECRET, resave: false, saveUninitialized: false };
  return { op: 'exchange', options: { ...usual, ...options }, store, steps };
}

export const set = (name, value) => ['set', name, JSON.stringify(value)];

/** `text` in at most `most` characters, for a name. */
export function short(text, most = 48) {
  const shown = JSON.stringify(text).slice(1, -1);
  return shown.length > most ? `${shown.slice(0, most).toWellFormed()}… (${text.length})` : shown;
}
