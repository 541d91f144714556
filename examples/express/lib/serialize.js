'use strict';

const { setCookie } = require('../addon');

module.exports = { attributesOf, checkText, serialize };

const NO_ATTRIBUTES = attributesOf();

/**
 * A Set-Cookie line, as npm cookie 0.7.2 would write it of `cookie.data`.
 */
function serialize(name, value, data) {
  const text = `${value}`;
  checkText(text, () => setCookie(`${name}`, '', ...NO_ATTRIBUTES));
  return setCookie(`${name}`, text, ...attributesOf(data));
}

/**
 * Throws what `encodeURIComponent` throws for half of a surrogate pair, unless `before` throws, which checks what npm
 * cookie checks before that.
 */
function checkText(text, before) {
  if (text.isWellFormed()) return;
  before();
  throw new URIError('URI malformed');
}

/** What the attributes are taken for, in the order in which the addon wants them. */
function attributesOf(data) {
  const { partitioned, priority, expires, secure, httpOnly, domain, path, sameSite } = data || {};
  return [
    domain ? `${domain}` : undefined,
    path ? `${path}` : undefined,
    expires ? msOf(expires) : undefined,
    (httpOnly ? 1 : 0) | (secure ? 2 : 0) | (partitioned ? 4 : 0),
    wordOf(priority),
    wordOf(sameSite),
  ];
}

function msOf(date) {
  return Object.prototype.toString.call(date) === '[object Date]' ? Number(date.valueOf()) : NaN;
}

/** A text, or `true`; any other that counts as true is a word that nobody knows. */
function wordOf(value) {
  if (!value) return undefined;
  return value === true || typeof value === 'string' ? value : 'unknown';
}
