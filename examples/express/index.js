'use strict';

const { parse } = require('url');

const debug = require('debug')('express-session');
const deprecate = require('depd')('express-session');
const onHeaders = require('on-headers');

const addon = require('./addon');
const holdEnd = require('./lib/end');
const secretKeeper = require('./lib/secrets');
const { attributesOf, checkText } = require('./lib/serialize');
const textOf = require('./lib/text');
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

const { Action, Rejection, Sends } = addon;

const env = process.env.NODE_ENV;

const PLAIN_TARGET = /^\/[^\t\n\f\r #\u00a0\ufeff]*$/;

const MEMORY_WARNING = `Warning: connect.session() MemoryStore is not
designed for a production environment, as it will leak
memory, and will not scale past a single process.`;

/**
 * The middleware of these options, which are those of express-session 1.19.0.
 */
function session(options) {
  const opts = options || {};
  const cookieOptions = opts.cookie || {};
  const genid = opts.genid || addon.generateId;
  const name = opts.name || opts.key || 'connect.sid';
  const store = opts.store || new MemoryStore();
  const { proxy } = opts;
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
  const sends = sessions.sends();
  const keepKeys = secretKeeper(sessions);
  const touches = typeof store.touch === 'function';

  store.generate = (req) => {
    req.sessionID = genid(req);
    req.session = new Session(req);
    req.session.cookie = new Cookie(optionsFor(req));
    const encrypted = isEncrypted(req, proxy);
    if (cookieOptions.secure === 'auto') req.session.cookie.secure = encrypted;
    if (cookieOptions.sameSite === 'auto') req.session.cookie.sameSite = encrypted ? 'none' : 'lax';
  };

  let ready = true;
  store.on('disconnect', () => { ready = false; });
  store.on('connect', () => { ready = true; });

  return function session(req, res, next) {
    if (req.session) {
      next();
      return;
    }
    if (!ready) {
      debug('store is disconnected');
      next();
      return;
    }
    if (!addon.hasSession(`${optionsFor(req).path || '/'}`, targetOf(req))) {
      debug('pathname mismatch');
      next();
      return;
    }
    if (!secret && !req.secret) {
      next(new Error('secret option required for sessions'));
      return;
    }

    const secrets = secret || [req.secret];
    req.sessionStore = store;
    const cookieId = req.sessionID = readId(req, secrets);
    let originalId;
    let originalText = '{}';
    let savedText;
    let wasFound = false;
    let touched = false;

    onHeaders(res, () => {
      if (!req.session) {
        debug('no session');
        return;
      }
      if (typeof req.sessionID !== 'string' || !sendsCookie()) return;
      touchOnce();
      try {
        setCookie(res, req.sessionID, secrets, req.session.cookie.data);
      } catch (err) {
        setImmediate(next, err);
      }
    });

    holdEnd(res, (done) => {
      const answered = (what) => (err) => {
        if (err) setImmediate(next, err);
        if (what) debug(what);
        done();
      };
      const action = req.session ? atEnd() : withoutSession();
      if (action === Action.Destroy) {
        debug('destroying');
        store.destroy(req.sessionID, answered('destroyed'));
      } else if (action === Action.Save) {
        req.session.save(answered());
      } else if (action === Action.Touch && touches) {
        debug('touching');
        store.touch(req.sessionID, req.session, answered('touched'));
      } else {
        if (!req.session) debug('no session');
        return false;
      }
      return true;
    });

    if (!req.sessionID) {
      debug('no SID sent, generating session');
      generate();
      next();
      return;
    }

    debug('fetching');
    store.get(req.sessionID, (err, found) => {
      if (err && err.code !== 'ENOENT') {
        debug('error %j', err);
        next(err);
        return;
      }
      try {
        if (err || !found) {
          debug('no session found');
          generate();
        } else {
          debug('session found');
          store.createSession(req, found);
          open(found, true);
        }
      } catch (error) {
        next(error);
        return;
      }
      next();
    });

    function generate() {
      store.generate(req);
      open(req.session, false);
    }

    function open(opened, found) {
      originalId = req.sessionID;
      originalText = textOf(opened);
      wasFound = found;
      wrap(req.session);
    }

    /** Follows what a program does with the session: `save` is noted, and what `reload` makes is followed as well. */
    function wrap(opened) {
      const { reload: loadAgain, save: write } = opened;
      define(opened, 'reload', function reload(callback) {
        debug(this.id === originalId ? 'reloading' : 'reloading another session');
        const before = this;
        loadAgain.call(before, function (...values) {
          if (req.session !== before) wrap(req.session);
          callback.apply(this, values);
        });
      });
      define(opened, 'save', function save(...values) {
        debug(this.id === originalId ? 'saving' : 'saving another session');
        savedText = textOf(this);
        write.apply(this, values);
      });
    }

    /** Which ids are equal, and what became of the session. */
    function facts() {
      return (cookieId === req.sessionID ? 0 : addon.NEW) | (originalId === req.session.id ? 0 : addon.RENAMED) |
        (wasFound ? addon.FOUND : 0);
    }

    /** Looks only at what counts, in the order of the original: to look may throw. */
    function sendsCookie() {
      let seen = facts();
      if (sends[seen] !== sends[seen | addon.HAS_EXPIRY] && req.session.cookie.expires != null) {
        seen |= addon.HAS_EXPIRY;
      }
      if (sends[seen] === Sends.No) return false;
      if (sends[seen] === Sends.IfChanged && !sessions.sendsWith(seen, originalText, textOf(req.session))) return false;
      if (req.session.cookie.secure && !isEncrypted(req, proxy)) {
        debug('not secured');
        seen |= addon.BLOCKED;
      }
      return sends[seen] !== Sends.No;
    }

    function touchOnce() {
      if (!touched) req.session.touch();
      touched = true;
    }

    function withoutSession() {
      return req.sessionID && req.session == null ? sessions.atEndWithout() : Action.Nothing;
    }

    function atEnd() {
      touchOnce();
      if (typeof req.sessionID !== 'string') {
        debug('session ignored because of bogus req.sessionID %o', req.sessionID);
        return Action.Nothing;
      }
      // Another session is not compared, so its JSON is not asked for here.
      const seen = facts();
      return sessions.atEnd(seen, originalText, seen & addon.RENAMED ? undefined : textOf(req.session), savedText);
    }
  };

  function optionsFor(req) {
    return typeof cookieOptions === 'function' ? cookieOptions(req) : cookieOptions;
  }

  /** The id that the request's cookies name; those of cookie-parser count where the header has none. */
  function readId(req, secrets) {
    const { refuse } = keepKeys(secrets);
    const accept = (answer, before) => {
      if (typeof answer === 'string') return answer;
      if (answer === Rejection.NotSigned) debug('cookie unsigned');
      if (answer !== Rejection.BadSignature) return before;
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

  function setCookie(res, id, secrets, data) {
    const { signs, refuse } = keepKeys(secrets);
    if (!signs && refuse) refuse();
    checkText(id, () => sessions.setCookie('', ...attributesOf({})));
    const line = sessions.setCookie(id, ...attributesOf(data));
    debug('set-cookie');

    const before = res.getHeader('Set-Cookie') || [];
    res.setHeader('Set-Cookie', Array.isArray(before) ? before.concat(line) : [before, line]);
  }
}

/** Path and query. Any other target, as requests to a proxy have, is Node's to read. */
function targetOf(req) {
  const target = typeof req.originalUrl === 'string' ? req.originalUrl : req.url;
  if (typeof target === 'string' && PLAIN_TARGET.test(target)) return target;
  const parsed = target === undefined ? undefined : parse(target);
  return parsed.pathname || '/';
}

/** Whether the request came encrypted; only what counts is looked at. */
function isEncrypted(req, proxy) {
  if (req.connection && req.connection.encrypted) return addon.cameEncrypted(true, undefined, false);
  if (proxy === true) {
    const proto = req.headers['x-forwarded-proto'] || '';
    const missing = Array.isArray(proto) ? 'toLowerCase' : 'indexOf';
    return addon.cameEncrypted(false, true, false, text(proto, `header.${missing} is not a function`));
  }
  return addon.cameEncrypted(false, proxy === false ? false : undefined, req.secure === true);
}

/** A text from outside; what is none gets the error of the original. */
function text(value, error) {
  if (typeof value !== 'string') throw new TypeError(error);
  return value;
}

function define(object, name, value) {
  Object.defineProperty(object, name, { value, configurable: true, enumerable: false, writable: true });
}
