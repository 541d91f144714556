// The operations inside a step of `exchange`: what a handler does with `req.session`.

import { session, settle } from './packages.mjs';
import { COOKIE_ATTRIBUTES } from './exchange_request.mjs';
import { Refusal, isText, isWhole, refuse } from './request.mjs';

const isMaxAge = (value) => value === null || isWhole(value);
const isAny = () => true;
// What every session has is what express-session drops from a stored document.
const probe = new session.Session({ sessionID: '' });
const isDataName = (name) => isText(name) && name !== 'cookie' && !(name in probe);

/** Name: [whether it needs a session, tests of its arguments, what it does]. */
const OPERATIONS = {
  advance: [false, [isWhole], ({ clock }, ms) => void (clock.now += ms)],
  cookie: [true, [isText, isAny], ({ request }, name, value) => setAttribute(request.session.cookie, name, value)],
  del: [true, [isDataName], ({ request }, name) => void delete request.session[name]],
  destroy: [true, [], ({ request }) => called((done) => request.session.destroy(done))],
  maxAge: [true, [isMaxAge], ({ request }, ms) => void (request.session.cookie.maxAge = ms)],
  put: [false, [isText, (json) => json === null || isText(json)], ({ store }, sid, json) => put(store, sid, json)],
  regenerate: [true, [], ({ request }) => called((done) => request.session.regenerate(done))],
  reload: [true, [], ({ request }) => called((done) => request.session.reload(done))],
  renew: [true, [], ({ request }) => renew(request)],
  save: [true, [], ({ request }) => called((done) => request.session.save(done))],
  // JSON in a text; what is no text is taken as it is.
  set: [true, [isDataName, isAny], ({ request }, name, json) => void (request.session[name] = isText(json) ? JSON.parse(json) : json)],
  touch: [true, [], ({ request }) => void request.session.touch()],
  unset: [false, [], unset],
};

/** Does one operation. `context` is `{ request, store, clock, hadSession }`. */
export function perform([name, ...args], context) {
  if (!Object.hasOwn(OPERATIONS, name)) throw new Refusal('unsupported', `no operation ${name}`);
  const [needsSession, tests, run] = OPERATIONS[name];
  if (args.length !== tests.length || !tests.every((test, i) => test(args[i]))) refuse(`bad arguments of ${name}`);
  if (needsSession && !context.request.session) refuseNoSession();
  run(context, ...args);
}

function refuseNoSession() {
  throw new Refusal('no_session', 'there is no session');
}

// After `destroy` this is what makes the end of the request destroy once more; with no session at all it means nothing.
function unset({ request, hadSession }) {
  if (!hadSession) refuseNoSession();
  request.session = null;
}

function setAttribute(cookie, name, value) {
  if (!Object.hasOwn(COOKIE_ATTRIBUTES, name) || !COOKIE_ATTRIBUTES[name](value)) refuse(`bad attribute ${name}`);
  cookie[name] = name === 'expires' && value !== null ? new Date(value) : value;
}

function put(store, sid, json) {
  if (json === null) delete store.sessions[sid];
  else store.sessions[sid] = json;
}

function renew(request) {
  const { cookie, ...data } = request.session;
  called((done) => request.session.regenerate(done));
  Object.assign(request.session, data);
}

// Starts something that calls back, and waits for it.
function called(start) {
  let answer;
  start((error) => void (answer = { error }));
  settle();
  if (answer === undefined) throw new Error('the callback was not called');
  if (answer.error) throw answer.error;
}
