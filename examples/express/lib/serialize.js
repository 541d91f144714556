'use strict';

const { setCookie } = require('../addon');

module.exports = serialize;
module.exports.attributesOf = attributesOf;

/**
 * A Set-Cookie line, as npm cookie 0.7.2 would write it of `cookie.data`.
 */
function serialize(name, value, data) {
  const text = String(value);
  if (!text.isWellFormed()) throw new URIError('URI malformed');
  return setCookie(String(name), text, attributesOf(data));
}

/**
 * What the attributes are taken for.
 */
function attributesOf({ partitioned, priority, expires, secure, httpOnly, domain, path, sameSite }) {
  return {
    domain: domain ? String(domain) : undefined,
    path: path ? String(path) : undefined,
    expires: expires ? dateOf(expires) : undefined,
    flags: (httpOnly ? 1 : 0) | (secure ? 2 : 0) | (partitioned ? 4 : 0),
    priority: wordOf(priority),
    sameSite: wordOf(sameSite),
  };
}

function dateOf(value) {
  return Object.prototype.toString.call(value) === '[object Date]' ? Number(value.valueOf()) : NaN;
}

/** `true` is a word of its own for sameSite; any other that is no text is none, like the one returned here. */
function wordOf(value) {
  if (!value || value === true) return value || undefined;
  return typeof value === 'string' ? value : 'invalid';
}
