'use strict';

const debug = require('debug')('express-session');
const deprecate = require('depd')('express-session');

const addon = require('./addon');
const Exchange = require('./lib/exchange');
const { hasSession, isEncrypted, readId } = require('./lib/request');
const secretKeeper = require('./lib/secrets');
const Cookie = require('./session/cookie');
const MemoryStore = require('./session/memory');
const Session = require('./session/session');
const Store = require('./session/store');

module.exports = session;
// One by one, since `import { Store } from 'express-session'` finds them by this spelling.
module.exports.Store = Store;
module.exports.Cookie = Cookie;
module.exports.Session = Session;
module.exports.MemoryStore = MemoryStore;

const env = process.env.NODE_ENV;

const MEMORY_WARNING = `Warning: connect.session() MemoryStore is not
designed for a production environment, as it will leak
memory, and will not scale past a single process.`;

/**
 * The middleware of these options, which are those of express-session 1.19.0.
 */
function session(options) {
  const config = configOf(options || {});
  const { cookieOf, secret, store } = config;

  store.generate = (req) => generate(req, config);
  config.touches = typeof store.touch === 'function';

  let ready = true;
  store.on('disconnect', () => { ready = false; });
  store.on('connect', () => { ready = true; });

  return function session(req, res, next) {
    if (req.session) {
      next();
    } else if (!ready) {
      debug('store is disconnected');
      next();
    } else if (!hasSession(req, cookieOf(req).path || '/')) {
      debug('pathname mismatch');
      next();
    } else if (!secret && !req.secret) {
      next(new Error('secret option required for sessions'));
    } else {
      const secrets = secret || [req.secret];
      req.sessionStore = store;
      req.sessionID = readId(req, secrets, config, deprecate);
      new Exchange(config, secrets, req, res, next).begin();
    }
  };
}

/** The options, checked, and what is made of them once. */
function configOf(opts) {
  const cookieOptions = opts.cookie || {};
  const genid = opts.genid || addon.generateId;
  const name = opts.name || opts.key || 'connect.sid';
  const store = opts.store || new MemoryStore();
  let { resave, saveUninitialized, secret } = opts;

  if (typeof genid !== 'function') throw new TypeError('genid option must be a function');
  if (resave === undefined) {
    deprecate('undefined resave option; provide resave option');
    resave = true;
  }
  if (saveUninitialized === undefined) {
    deprecate('undefined saveUninitialized option; provide saveUninitialized option');
    saveUninitialized = true;
  }
  if (opts.unset && opts.unset !== 'destroy' && opts.unset !== 'keep') {
    throw new TypeError('unset option must be "destroy" or "keep"');
  }
  if (Array.isArray(secret) && secret.length === 0) {
    throw new TypeError('secret option array must contain one or more strings');
  }
  if (secret && !Array.isArray(secret)) secret = [secret];
  if (!secret) deprecate('req.secret; provide secret option');
  if (env === 'production' && store instanceof MemoryStore) console.warn(MEMORY_WARNING);

  const sessions = new addon.Sessions(
    String(name), Boolean(resave), Boolean(opts.rolling), Boolean(saveUninitialized), opts.unset === 'destroy',
  );
  return {
    cookieOf: typeof cookieOptions === 'function' ? cookieOptions : () => cookieOptions,
    cookieOptions,
    genid,
    keepKeys: secretKeeper(sessions),
    name,
    proxy: opts.proxy,
    secret,
    sends: sessions.sends(),
    sessions,
    store,
  };
}

/** Gives a request a new session. What is `auto` is not settled where a function gives the cookie's options. */
function generate(req, { cookieOf, cookieOptions, genid, proxy }) {
  req.sessionID = genid(req);
  req.session = new Session(req);
  req.session.cookie = new Cookie(cookieOf(req));

  const encrypted = isEncrypted(req, proxy);
  if (cookieOptions.secure === 'auto') req.session.cookie.secure = encrypted;
  if (cookieOptions.sameSite === 'auto') req.session.cookie.sameSite = encrypted ? 'none' : 'lax';
}
