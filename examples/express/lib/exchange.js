'use strict';

const debug = require('debug')('express-session');
const onHeaders = require('on-headers');

const { Action, BLOCKED, FOUND, HAS_EXPIRY, NEW, RENAMED, Sends } = require('../addon');
const holdEnd = require('./end');
const { isEncrypted } = require('./request');
const { attributesOf, checkText } = require('./serialize');
const textOf = require('./text');

/**
 * A request and its response, from the id that its cookies name to the end.
 *
 * It keeps what the session was when it was opened and saved, and asks the addon what that means.
 */
module.exports = class Exchange {
  originalId = undefined;
  originalText = '{}';
  savedText = undefined;
  found = false;
  touched = false;

  constructor(config, secrets, req, res, next) {
    this.config = config;
    this.secrets = secrets;
    this.req = req;
    this.res = res;
    this.next = next;
    this.cookieId = req.sessionID;
  }

  /** Goes on with the request as soon as it has its session. */
  begin() {
    const { req, next } = this;
    const { store } = this.config;
    onHeaders(this.res, () => this.atHead());
    holdEnd(this.res, (done) => this.atEnd(done));

    if (!req.sessionID) {
      debug('no SID sent, generating session');
      this.generate();
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
          this.generate();
        } else {
          debug('session found');
          store.createSession(req, found);
          this.open(found, true);
        }
      } catch (error) {
        next(error);
        return;
      }
      next();
    });
  }

  generate() {
    this.config.store.generate(this.req);
    this.open(this.req.session, false);
  }

  open(session, found) {
    this.originalId = this.req.sessionID;
    this.originalText = textOf(session);
    this.found = found;
    this.follow(this.req.session);
  }

  /** Follows what a program does with a session: `save` is noted, and what `reload` makes is followed as well. */
  follow(session) {
    const exchange = this;
    const { reload: loadAgain, save: write } = session;
    const other = (that) => (that.id === this.originalId ? '' : ' another session');

    define(session, 'reload', function reload(callback) {
      debug(`reloading${other(this)}`);
      const before = this;
      loadAgain.call(before, function (...values) {
        if (exchange.req.session !== before) exchange.follow(exchange.req.session);
        callback.apply(this, values);
      });
    });
    define(session, 'save', function save(...values) {
      debug(`saving${other(this)}`);
      exchange.savedText = textOf(this);
      write.apply(this, values);
    });
  }

  /** The head of the response is about to be written. */
  atHead() {
    const { req, next } = this;
    if (!req.session) {
      debug('no session');
      return;
    }
    if (typeof req.sessionID !== 'string' || !this.sendsCookie()) return;
    this.touch();
    try {
      this.setCookie(req.sessionID, req.session.cookie.data);
    } catch (error) {
      setImmediate(next, error);
    }
  }

  /** The response is about to end. Answers whether the store is at work, which calls `done`. */
  atEnd(done) {
    const { req, next } = this;
    const { store, touches } = this.config;
    const answered = (what) => (err) => {
      if (err) setImmediate(next, err);
      if (what) debug(what);
      done();
    };

    const action = this.action();
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
  }

  /** What the store is to do. */
  action() {
    const { req } = this;
    const { sessions } = this.config;
    if (req.session == null && req.sessionID) return sessions.atEndWithout();
    if (!req.session) return Action.Nothing;

    this.touch();
    if (typeof req.sessionID !== 'string') {
      debug('session ignored because of bogus req.sessionID %o', req.sessionID);
      return Action.Nothing;
    }
    // Another session is not compared, so its JSON is not asked for here.
    const facts = this.facts();
    return sessions.atEnd(facts, this.originalText, facts & RENAMED ? undefined : textOf(req.session), this.savedText);
  }

  /** Looks only at what counts, in the order of the original: to look may throw. */
  sendsCookie() {
    const { session } = this.req;
    const { proxy, sends, sessions } = this.config;
    let facts = this.facts();
    if (sends[facts] !== sends[facts | HAS_EXPIRY] && session.cookie.expires != null) facts |= HAS_EXPIRY;
    if (sends[facts] === Sends.No) return false;
    const ifChanged = sends[facts] === Sends.IfChanged;
    if (ifChanged && !sessions.sendsWith(facts, this.originalText, textOf(session))) return false;
    if (session.cookie.secure && !isEncrypted(this.req, proxy)) {
      debug('not secured');
      facts |= BLOCKED;
    }
    return sends[facts] !== Sends.No;
  }

  /** Which ids are equal, and whether the store had the session. */
  facts() {
    const { req } = this;
    return (this.cookieId === req.sessionID ? 0 : NEW) | (this.originalId === req.session.id ? 0 : RENAMED) |
      (this.found ? FOUND : 0);
  }

  /** Counts the session's life from now, once for each response. */
  touch() {
    const { req } = this;
    if (!this.touched) req.session.touch();
    this.touched = true;
  }

  setCookie(id, data) {
    const { keepKeys, sessions } = this.config;
    const { signs, refuse } = keepKeys(this.secrets);
    if (!signs && refuse) refuse();
    checkText(id, () => sessions.setCookie('', ...attributesOf()));
    const line = sessions.setCookie(id, ...attributesOf(data));
    debug('set-cookie');

    const before = this.res.getHeader('Set-Cookie') || [];
    this.res.setHeader('Set-Cookie', Array.isArray(before) ? before.concat(line) : [before, line]);
  }
};

function define(object, name, value) {
  Object.defineProperty(object, name, { value, configurable: true, enumerable: false, writable: true });
}
