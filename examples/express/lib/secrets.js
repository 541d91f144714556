'use strict';

const { KeyObject, createHmac } = require('crypto');

module.exports = secretKeeper;

/**
 * Keeps the keys of `sessions` equal to a list of secrets that may change while the program runs.
 *
 * What is returned is to be called with the list before each use of the keys. It answers what is wrong with the first
 * secret that cannot be used, if there is one, and whether there is a key before it: a bad secret counts where it is
 * reached.
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
    state = { fault: bad === -1 ? null : faultOf(secrets[bad]), signs: usable.length > 0 };
    return state;
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
  return (secret instanceof KeyObject ? secret : KeyObject.from(secret)).export();
}

function isBytes(secret) {
  return ArrayBuffer.isView(secret) || secret instanceof ArrayBuffer || secret instanceof SharedArrayBuffer;
}
