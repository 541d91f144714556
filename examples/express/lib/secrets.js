'use strict';

const { KeyObject, createHmac } = require('crypto');
const { isAnyArrayBuffer, isKeyObject } = require('util').types;

module.exports = secretKeeper;

/**
 * Keeps the keys of `sessions` equal to a list of secrets that may change while the program runs.
 *
 * What is returned is to be called with the list before each use of the keys. It answers whether there is a key to sign
 * with, and what throws for the first secret that is no key, if there is one: it counts where that secret is reached.
 */
function secretKeeper(sessions) {
  let known = null;
  let state;

  return (secrets) => {
    if (known && known.length === secrets.length && known.every(({ isStill }, place) => isStill(secrets[place]))) {
      return state;
    }
    const bad = secrets.findIndex(faultOf);
    const usable = bad === -1 ? secrets : secrets.slice(0, bad);
    sessions.setKeys(usable.map(bytesOf));
    known = Array.from(secrets, remember);
    state = { signs: usable.length > 0, refuse: bad === -1 ? null : refusal(secrets[bad]) };
    return state;
  };
}

function refusal(secret) {
  return () => {
    throw faultOf(secret);
  };
}

/** The bytes of a buffer may be changed in place. */
function remember(secret) {
  if (!isBytes(secret)) return { isStill: (now) => now === secret };
  const bytes = Buffer.from(bytesOf(secret));
  return { isStill: (now) => now === secret && bytes.equals(bytesOf(now)) };
}

/** What Node says of a secret that is no key. */
function faultOf(secret) {
  if (secret == null) return new TypeError('Secret key must be provided.');
  if (typeof secret === 'string' || isBytes(secret)) return null;
  try {
    createHmac('sha256', secret);
    return null;
  } catch (error) {
    return error;
  }
}

function bytesOf(secret) {
  if (typeof secret === 'string') return Buffer.from(secret);
  if (ArrayBuffer.isView(secret)) return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
  if (isBytes(secret)) return new Uint8Array(secret);
  return (isKeyObject(secret) ? secret : KeyObject.from(secret)).export();
}

function isBytes(secret) {
  return ArrayBuffer.isView(secret) || isAnyArrayBuffer(secret);
}
