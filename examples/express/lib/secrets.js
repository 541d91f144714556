'use strict';

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
    if (known && known.length === secrets.length && known.every((secret, place) => secret === secrets[place])) {
      return state;
    }
    const bad = secrets.findIndex(faultOf);
    const usable = bad === -1 ? secrets : secrets.slice(0, bad);
    sessions.setKeys(usable.map(bytesOf));
    known = [...secrets];
    state = { fault: bad === -1 ? null : faultOf(secrets[bad]), signs: usable.length > 0 };
    return state;
  };
}

function faultOf(secret) {
  if (secret == null) return new TypeError('Secret key must be provided.');
  const isBytes = ArrayBuffer.isView(secret) || secret instanceof ArrayBuffer || secret instanceof SharedArrayBuffer;
  if (typeof secret === 'string' || isBytes || isKeyObject(secret)) return null;
  return new TypeError('Secret key must be a string, a Buffer, a TypedArray, a DataView, an ArrayBuffer or a KeyObject.');
}

function bytesOf(secret) {
  if (typeof secret === 'string') return Buffer.from(secret);
  if (ArrayBuffer.isView(secret)) return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
  return isKeyObject(secret) ? secret.export() : new Uint8Array(secret);
}

/** A secret `KeyObject` of node:crypto. */
function isKeyObject(secret) {
  return secret.type === 'secret' && typeof secret.export === 'function';
}
