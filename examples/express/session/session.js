'use strict';

module.exports = Session;

/**
 * The session of a request: the program's data, and a few methods.
 */
function Session(req, data) {
  Object.defineProperty(this, 'req', { value: req });
  Object.defineProperty(this, 'id', { value: req.sessionID });

  if (typeof data === 'object' && data !== null) {
    for (const name in data) {
      if (!(name in this)) this[name] = data[name];
    }
  }
}

const methods = {
  /** Counts the session's life from now again. */
  touch() {
    return this.resetMaxAge();
  },

  resetMaxAge() {
    this.cookie.maxAge = this.cookie.originalMaxAge;
    return this;
  },

  /** Writes the session to the store now and not only at the end of the request. */
  save(fn) {
    this.req.sessionStore.set(this.id, this, fn || (() => {}));
    return this;
  },

  /** Makes a new `req.session` of what the store has now. */
  reload(fn) {
    const { req } = this;
    const store = req.sessionStore;
    store.get(this.id, (err, found) => {
      if (err) return fn(err);
      if (!found) return fn(new Error('failed to load session'));
      store.createSession(req, found);
      fn();
    });
    return this;
  },

  /** Ends the session. */
  destroy(fn) {
    delete this.req.session;
    this.req.sessionStore.destroy(this.id, fn);
    return this;
  },

  /** Ends the session and begins a new one under another id. */
  regenerate(fn) {
    this.req.sessionStore.regenerate(this.req, fn);
    return this;
  },
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Session.prototype, name, { value, configurable: true, writable: true });
}
