'use strict';

const { inherits } = require('util');

const { isExpired } = require('../addon');
const Store = require('./store');

module.exports = MemoryStore;

/**
 * A store in memory, for development: nothing is removed from it until someone asks for it.
 */
function MemoryStore() {
  Store.call(this);
  this.sessions = Object.create(null);
}

inherits(MemoryStore, Store);

Object.assign(MemoryStore.prototype, {
  all(callback) {
    const found = Object.create(null);
    for (const id of Object.keys(this.sessions)) {
      const session = read(this.sessions, id);
      if (session) found[id] = session;
    }
    answer(callback, null, found);
  },

  clear(callback) {
    this.sessions = Object.create(null);
    answer(callback);
  },

  destroy(id, callback) {
    delete this.sessions[id];
    answer(callback);
  },

  get(id, callback) {
    setImmediate(callback, null, read(this.sessions, id));
  },

  set(id, session, callback) {
    this.sessions[id] = JSON.stringify(session);
    answer(callback);
  },

  length(callback) {
    this.all((err, found) => {
      if (err) return callback(err);
      callback(null, Object.keys(found).length);
    });
  },

  /** Replaces the cookie alone. */
  touch(id, session, callback) {
    const stored = read(this.sessions, id);
    if (stored) {
      stored.cookie = session.cookie;
      this.sessions[id] = JSON.stringify(stored);
    }
    answer(callback);
  },
});

function answer(callback, ...values) {
  if (callback) setImmediate(callback, ...values);
}

/** What is stored under an id; what has ended is removed. */
function read(sessions, id) {
  if (!sessions[id]) return undefined;
  const session = JSON.parse(sessions[id]);
  if (session.cookie) {
    const { expires } = session.cookie;
    const end = typeof expires === 'string' ? new Date(expires) : expires;
    if (end && isExpired(Number(end), Date.now())) {
      delete sessions[id];
      return undefined;
    }
  }
  return session;
}
