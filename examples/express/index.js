'use strict';

const debug = require('debug')('express-session');
const deprecate = require('depd')('express-session');
const onHeaders = require('on-headers');

const { Exchange, Sessions, cameEncrypted, generateId, hasSession } = require('./addon');
const holdEnd = require('./lib/end');
const secretKeeper = require('./lib/secrets');
const { attributesOf } = require('./lib/serialize');
const textOf = require('./lib/text');
const Cookie = require('./session/cookie');
const MemoryStore = require('./session/memory');
const Session = require('./session/session');
const Store = require('./session/store');

module.exports = session;
Object.assign(session, { Store, Cookie, Session, MemoryStore });

// What the addon answers: why there is no id, whether the cookie is sent, and what the store is to do.
const REJECTION = { 1: 'cookie unsigned', 2: 'cookie signature invalid' };
const BAD_SIGNATURE = 2;
const TELL_TEXT = 2;
const [SAVE, TOUCH, DESTROY] = [1, 2, 3];

const MEMORY_WARNING = `Warning: connect.session() MemoryStore is not
designed for a production environment, as it will leak
memory, and will not scale past a single process.`;

/**
 * The middleware of these options, which are those of express-session 1.19.0.
 */
function session(options) {
  const opts = options || {};
  const cookieOptions = opts.cookie || {};
  const genid = opts.genid || generateId;
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
  if (process.env.NODE_ENV === 'production' && store instanceof MemoryStore) console.warn(MEMORY_WARNING);

  const sessions = new Sessions(
    String(name), Boolean(resave), Boolean(opts.rolling), Boolean(saveUninitialized), opts.unset === 'destroy',
  );
  const keepKeys = secretKeeper(sessions);
  const touches = typeof store.touch === 'function';

  store.generate = (req) => {
    req.sessionID = genid(req);
    req.session = new Session(req);
    req.session.cookie = new Cookie(optionsFor(req));
    if (cookieOptions.secure === 'auto') req.session.cookie.secure = isEncrypted(req, proxy);
    if (cookieOptions.sameSite === 'auto') req.session.cookie.sameSite = isEncrypted(req, proxy) ? 'none' : 'lax';
  };

  let ready = true;
  store.on('disconnect', () => { ready = false; });
  store.on('connect', () => { ready = true; });

  return function session(req, res, next) {
    if (req.session) return next();
    if (!ready) {
      debug('store is disconnected');
      return next();
    }
    if (!hasSession(optionsFor(req).path || '/', typeof req.originalUrl === 'string' ? req.originalUrl : req.url)) {
      debug('pathname mismatch');
      return next();
    }
    if (!secret && !req.secret) return next(new Error('secret option required for sessions'));

    const secrets = secret || [req.secret];
    req.sessionStore = store;
    const cookieId = req.sessionID = readId(req, secrets);
    let exchange;
    let originalId;
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
      if (action === DESTROY) {
        debug('destroying');
        store.destroy(req.sessionID, answered('destroyed'));
      } else if (action === SAVE) {
        req.session.save(answered());
      } else if (action === TOUCH && touches) {
        debug('touching');
        store.touch(req.sessionID, req.session, answered('touched'));
      } else {
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
      exchange = new Exchange(sessions, textId(cookieId), textId(originalId), textOf(opened), found);
      wrap(req.session);
    }

    /** Follows what a program does with the session: `save` is noted, and what `reload` makes is followed as well. */
    function wrap(opened) {
      const { reload, save } = opened;
      define(opened, 'reload', function (callback) {
        debug('reloading');
        reload.call(this, (...values) => {
          if (req.session !== this) wrap(req.session);
          callback.apply(this, values);
        });
      });
      define(opened, 'save', function (...values) {
        debug('saving');
        exchange.saved(textOf(this));
        save.apply(this, values);
      });
    }

    function sendsCookie() {
      const { id, cookie } = req.session;
      const blocked = Boolean(cookie.secure) && !isEncrypted(req, proxy);
      let answer = exchange.head(id, cookie.expires != null, blocked);
      if (answer === TELL_TEXT) answer = exchange.head(id, cookie.expires != null, blocked, textOf(req.session));
      return answer === 1;
    }

    function touchOnce() {
      if (!touched) req.session.touch();
      touched = true;
    }

    function withoutSession() {
      return req.sessionID && req.session == null ? exchange.end() : 0;
    }

    function atEnd() {
      touchOnce();
      if (typeof req.sessionID !== 'string') {
        debug('session ignored because of bogus req.sessionID %o', req.sessionID);
        return 0;
      }
      // Another session is not compared, so its JSON is not asked for here.
      const { id } = req.session;
      return exchange.end(id, id === originalId ? textOf(req.session) : undefined);
    }
  };

  function optionsFor(req) {
    return typeof cookieOptions === 'function' ? cookieOptions(req) : cookieOptions;
  }

  /** The id that the request's cookies name; those of cookie-parser count where the header has none. */
  function readId(req, secrets) {
    const usable = keepKeys(secrets);
    const accept = (answer) => {
      if (typeof answer === 'string') return answer;
      if (answer === BAD_SIGNATURE && !usable) throw new TypeError('Secret key must be provided.');
      if (REJECTION[answer]) debug(REJECTION[answer]);
      return undefined;
    };

    const header = req.headers.cookie;
    let id = header ? accept(sessions.verify(header)) : undefined;

    if (!id && req.signedCookies) {
      id = req.signedCookies[name];
      if (id) deprecate('cookie should be available in req.headers.cookie');
    }
    if (!id && req.cookies && req.cookies[name]) {
      id = accept(sessions.verifyValue(req.cookies[name]));
      if (id) deprecate('cookie should be available in req.headers.cookie');
    }
    return id;
  }

  function setCookie(res, id, secrets, data) {
    keepKeys(secrets);
    if (!id.isWellFormed()) throw new URIError('URI malformed');
    const line = sessions.setCookie(id, attributesOf(data));
    debug('set-cookie');

    const before = res.getHeader('Set-Cookie') || [];
    res.setHeader('Set-Cookie', Array.isArray(before) ? before.concat(line) : [before, line]);
  }
}

/** Whether the request came encrypted; only what counts is looked at. */
function isEncrypted(req, proxy) {
  if (req.connection && req.connection.encrypted) return cameEncrypted(true, undefined, false);
  if (proxy === true) return cameEncrypted(false, true, false, req.headers['x-forwarded-proto'] || '');
  return cameEncrypted(false, proxy === false ? false : undefined, req.secure === true);
}

function textId(id) {
  return typeof id === 'string' && id ? id : undefined;
}

function define(object, name, value) {
  Object.defineProperty(object, name, { value, configurable: true, enumerable: false, writable: true });
}
