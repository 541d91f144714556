'use strict';

module.exports = secretKeeper;

/**
 * Keeps the keys of `sessions` equal to a list of secrets that may change while the program runs.
 *
 * What is returned is to be called with the list before each use of the keys. It answers whether all of them are usable:
 * one that is not throws only where it is reached.
 */
function secretKeeper(sessions) {
  let known = null;
  let usable = true;

  return (secrets) => {
    if (known && known.length === secrets.length && known.every((secret, place) => secret === secrets[place])) {
      return usable;
    }
    known = [...secrets];
    const first = known.findIndex((secret) => secret == null);
    usable = first === -1;
    sessions.setKeys((usable ? known : known.slice(0, first)).map(bytesOf));
    return usable;
  };
}

function bytesOf(secret) {
  if (typeof secret === 'string') return Buffer.from(secret);
  if (ArrayBuffer.isView(secret)) return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
  if (secret instanceof ArrayBuffer) return new Uint8Array(secret);
  if (typeof secret.export === 'function') return secret.export();
  throw new TypeError('a secret must be a string, a Buffer, a TypedArray, a DataView, an ArrayBuffer or a KeyObject');
}
