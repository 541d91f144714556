'use strict';

const { EventEmitter } = require('events');
const { inherits } = require('util');

const Cookie = require('./cookie');
const Session = require('./session');

module.exports = Store;

/**
 * What a store extends. It brings `get`, `set` and `destroy`, and maybe `touch`.
 */
function Store() {
  EventEmitter.call(this);
}

inherits(Store, EventEmitter);

/** Ends the session of a request and begins a new one; `generate` is the middleware's. */
Store.prototype.regenerate = function (req, fn) {
  const self = this;
  this.destroy(req.sessionID, (err) => {
    self.generate(req);
    fn(err);
  });
};

/** Loads a session without a request. */
Store.prototype.load = function (sid, fn) {
  this.get(sid, (err, found) => {
    if (err) return fn(err);
    if (!found) return fn();
    fn(null, this.createSession({ sessionID: sid, sessionStore: this }, found));
  });
};

/** Makes `req.session` of what was stored. */
Store.prototype.createSession = function (req, found) {
  const expires = found.cookie.expires;
  const originalMaxAge = found.cookie.originalMaxAge;
  const cookie = new Cookie(found.cookie);
  if (typeof expires === 'string') cookie.expires = new Date(expires);
  cookie.originalMaxAge = originalMaxAge;

  found.cookie = cookie;
  req.session = new Session(req, found);
  return req.session;
};
