'use strict';

const { parse } = require('url');

const debug = require('debug')('express-session');

const addon = require('../addon');

module.exports = { hasSession, isEncrypted, readId };

const PLAIN_TARGET = /^\/[^\t\n\f\r #\u00a0\ufeff]*$/;

/**
 * Whether a request has a session whose cookie has this path.
 */
function hasSession(req, path) {
  return addon.hasSession(`${path}`, targetOf(req));
}

/** Path and query. Any other target, as requests to a proxy have, is Node's to read. */
function targetOf(req) {
  const target = typeof req.originalUrl === 'string' ? req.originalUrl : req.url;
  if (typeof target === 'string' && PLAIN_TARGET.test(target)) return target;
  const parsed = target === undefined ? undefined : parse(target);
  return parsed.pathname || '/';
}

/**
 * Whether a request came encrypted; only what counts is looked at.
 */
function isEncrypted(req, proxy) {
  if (req.connection && req.connection.encrypted) return addon.cameEncrypted(true, undefined, false);
  if (proxy === true) {
    const proto = req.headers['x-forwarded-proto'] || '';
    const missing = Array.isArray(proto) ? 'toLowerCase' : 'indexOf';
    return addon.cameEncrypted(false, true, false, text(proto, `header.${missing} is not a function`));
  }
  return addon.cameEncrypted(false, proxy === false ? false : undefined, req.secure === true);
}

/**
 * The id that the request's cookies name; those that cookie-parser has read count where the header has none.
 */
function readId(req, secrets, { keepKeys, name, sessions }, deprecate) {
  const { refuse } = keepKeys(secrets);
  const accept = (answer, before) => {
    if (typeof answer === 'string') return answer;
    if (answer === addon.Rejection.NotSigned) debug('cookie unsigned');
    if (answer !== addon.Rejection.BadSignature) return before;
    if (refuse) refuse();
    debug('cookie signature invalid');
    return undefined;
  };

  const header = req.headers.cookie;
  let id = header ? accept(sessions.verify(text(header, 'argument str must be a string'))) : undefined;

  if (!id && req.signedCookies) {
    id = req.signedCookies[name];
    if (id) deprecate('cookie should be available in req.headers.cookie');
  }
  if (!id && req.cookies && req.cookies[name]) {
    id = accept(sessions.verifyValue(text(req.cookies[name], 'raw.substr is not a function')), id);
    if (id) deprecate('cookie should be available in req.headers.cookie');
  }
  return id;
}

/** A text from outside; what is none gets the error of the original. */
function text(value, error) {
  if (typeof value !== 'string') throw new TypeError(error);
  return value;
}
