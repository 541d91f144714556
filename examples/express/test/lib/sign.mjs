// Session cookies as a browser has them.

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
