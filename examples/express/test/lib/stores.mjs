// Stores of every make, and the notes of what was asked of them.

import { inherits } from 'node:util';
import { error, look } from './look.mjs';

const NOTED = ['get', 'set', 'touch', 'destroy', 'all', 'clear', 'length', 'createSession', 'regenerate', 'load'];

/** Each makes a store out of an implementation's own classes. */
export const makes = {
  memory: (session) => new session.MemoryStore(),
  /** A class of today. */
  subclass(session) {
    return new (class Mine extends session.MemoryStore {
      get(id, callback) {
        super.get(id, callback);
      }
    })();
  },
  /** As classes were written when express-session was. */
  inherits(session) {
    function Old() {
      session.MemoryStore.call(this);
    }
    inherits(Old, session.MemoryStore);
    return new Old();
  },
  /** Calls back before it returns. */
  sync(session) {
    return base(session, (call) => call());
  },
  /** Calls back after several turns of the event loop: as late as a timer, but always at the same place. */
  slow(session) {
    const after = (turns, call) => setImmediate(turns === 0 ? call : () => after(turns - 1, call));
    return base(session, (call) => after(5, call));
  },
  /** Calls back as a promise resolves. */
  promised(session) {
    return base(session, (call) => Promise.resolve().then(call));
  },
  untouchable(session) {
    const store = base(session, (call) => setImmediate(call));
    store.touch = undefined;
    return store;
  },
  /** Hands out dates where others hand out text. */
  dated(session) {
    const store = base(session, (call) => setImmediate(call));
    const { get } = store;
    store.get = (id, callback) =>
      get.call(store, id, (failure, data) => {
        if (typeof data?.cookie?.expires === 'string') data.cookie.expires = new Date(data.cookie.expires);
        callback(failure, data);
      });
    return store;
  },
};

/** A store that keeps text and calls back when `later` says. */
function base(session, later) {
  const store = new session.Store();
  store.sessions = {};
  store.get = (id, callback) => {
    const text = store.sessions[id];
    later(() => callback(null, text && JSON.parse(text)));
  };
  store.set = (id, data, callback) => {
    store.sessions[id] = JSON.stringify(data);
    later(() => callback?.());
  };
  store.touch = (id, data, callback) => {
    const text = store.sessions[id];
    if (text) store.sessions[id] = JSON.stringify({ ...JSON.parse(text), cookie: data.cookie });
    later(() => callback?.());
  };
  store.destroy = (id, callback) => {
    delete store.sessions[id];
    later(() => callback?.());
  };
  return store;
}

/**
 * Notes every call of the store, its arguments, and what it calls back with.
 * `waiting` is told of a call with +1 and of its answer with -1.
 */
export function record(store, note, waiting) {
  for (const name of NOTED) {
    const call = store[name];
    if (typeof call !== 'function') continue;
    store[name] = function (...given) {
      note(`store.${name}`, { own: this === store, given: given.map(argument) });
      let answered = false;
      const settled = () => {
        if (!answered) waiting(-1);
        answered = true;
      };
      const answering = given.map((value) =>
        typeof value === 'function' ? answer(name, value, note, settled) : value,
      );
      if (answering.some((value) => typeof value === 'function')) waiting(+1);
      else answered = true;
      try {
        return call.apply(this, answering);
      } catch (thrown) {
        settled();
        throw thrown;
      }
    };
  }
  return store;
}

/** Lets calls of a store fail: `faults` maps a name to the error it calls back with or throws. */
export function spoil(store, faults) {
  for (const [name, fault] of Object.entries(faults)) {
    store[name] = (...given) => {
      if (fault.thrown) throw fault.thrown;
      const callback = given.at(-1);
      if (fault.at === 'once') return callback?.(fault.error);
      setImmediate(() => callback?.(fault.error));
    };
  }
  return store;
}

function answer(name, callback, note, settled) {
  return function (...given) {
    settled();
    note(
      `answer.${name}`,
      given.map((value) => (value instanceof Error ? error(value) : json(value))),
    );
    return callback.apply(this, given);
  };
}

function argument(value) {
  if (typeof value === 'function') return 'callback';
  if (typeof value !== 'object' || value === null) return value;
  return 'headers' in value || 'sessionStore' in value ? 'request' : { json: json(value), look: look(value, 3) };
}

function json(value) {
  try {
    return JSON.stringify(value);
  } catch (thrown) {
    return error(thrown);
  }
}
