// A session that is known: its cookie, as a browser has it, and its document, as a store has it.

import { createHmac } from 'node:crypto';
import { SECRET } from './world.mjs';

/** `id.mac`, before it is encoded. */
export function signed(id, secret = SECRET) {
  return `${id}.${createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')}`;
}

/** The value of a session cookie. */
export function valueOf(id, secret = SECRET) {
  return encodeURIComponent(`s:${signed(id, secret)}`);
}

/** A whole pair, of the default name. */
export function pairOf(id, secret = SECRET) {
  return `connect.sid=${valueOf(id, secret)}`;
}

/** A document with a value in it, that lives for half a minute more. */
export const KNOWN =
  '{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:00.000Z","httpOnly":true,"path":"/"},"a":1}';

/** How a browser visits that has its cookie. */
export const known = { cookie: pairOf('known') };
