// The operation `exchange`: whole requests through the real middleware and its MemoryStore.

import { ServerResponse } from 'node:http';

import { inWorld, session, settle } from './packages.mjs';
import { readOptions, readSteps, readStore } from './exchange_request.mjs';
import { Refusal } from './request.mjs';
import { perform } from './operations.mjs';

/** MemoryStore that writes down what is asked of it. */
class LoggedStore extends session.MemoryStore {
  constructor(documents) {
    super();
    this.events = [];
    for (const [sid, json] of documents) this.sessions[sid] = json;
  }

  get(sid, callback) {
    super.get(sid, (error, found) => {
      this.events.push(['get', sid, Boolean(found)]);
      callback(error, found);
    });
  }

  set(sid, value, callback) {
    super.set(sid, value, callback);
    this.events.push(['set', sid, this.sessions[sid]]);
  }

  touch(sid, value, callback) {
    super.touch(sid, value, callback);
    this.events.push(['touch', sid]);
  }

  destroy(sid, callback) {
    super.destroy(sid, callback);
    this.events.push(['destroy', sid]);
  }

  takeEvents() {
    return this.events.splice(0);
  }
}

/** Runs the steps of a request one after the other on one store. */
export function exchange(request) {
  const options = readOptions(request);
  const steps = readSteps(request);
  const store = new LoggedStore(readStore(request));
  const clock = { now: 0 };
  const ids = { left: [] };

  return inWorld({ now: () => clock.now, random: (size) => nextRandom(ids, size) }, () => {
    const middleware = session({ ...options, store });
    const replies = steps.map((step) => {
      clock.now = step.now;
      ids.left = [...step.random];
      return runStep({ middleware, store, clock }, step);
    });
    return { steps: replies, store: { ...store.sessions } };
  });
}

function nextRandom(ids, size) {
  const bytes = ids.left.shift();
  if (bytes === undefined) throw new Refusal('random_exhausted', 'no value left in random_hex');
  if (bytes.length !== size) throw new Refusal('bad_request', `${size} random bytes were asked for`);
  return bytes;
}

function runStep({ middleware, store, clock }, step) {
  const request = fakeRequest(step);
  const response = new ServerResponse(request);
  const errors = [];
  const settled = () => {
    settle();
    if (errors.length > 0) throw errors[0];
    refuseNoDate(request.session);
  };

  middleware(request, response, (error) => error && errors.push(error));
  settled();
  const hadSession = Boolean(request.session);
  for (const op of step.ops) {
    perform(op, { request, store, clock, hadSession });
    settled();
  }
  response.end();
  settled();
  return {
    events: store.takeEvents(),
    set_cookie: response.getHeader('Set-Cookie')?.[0] ?? null,
    session_id: request.session ? request.session.id : null,
  };
}

// The parts of an IncomingMessage that the middleware, parseurl and ServerResponse look at.
function fakeRequest({ cookie, encrypted, path }) {
  return {
    connection: { encrypted },
    headers: cookie === null ? {} : { cookie },
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    method: 'GET',
    originalUrl: path,
    url: path,
  };
}

// Express itself fails only once it writes the cookie, and else stores `null`; the protocol makes it an error always.
// Only a calculated expiry leaves NaN here: a stored text that is no date keeps its originalMaxAge.
function refuseNoDate(current) {
  if (Number.isNaN(current?.cookie?.originalMaxAge))
    throw new Refusal('expiry_range', 'expiry outside the range of Date');
}
