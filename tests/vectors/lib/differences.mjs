// Whether two replies to one line say the same, and which differences a program is allowed.

import { isDeepStrictEqual } from 'node:util';

import { cookie } from './packages.mjs';
import { isObject, isText } from './request.mjs';

const FIXED_KINDS = ['malformed', 'no_session', 'random_exhausted', 'unsupported'];
const OPTIONAL = ['reload', 'cookie', 'put', 'advance'];
const LONGEST_ID = 127;
const DEEPEST = 128;
const LONGEST_FIELD = 64;
const COOKIE_FIELDS = [
  'originalMaxAge',
  'partitioned',
  'priority',
  'expires',
  'secure',
  'httpOnly',
  'domain',
  'path',
  'sameSite',
];

/**
 * What is wrong with the reply `theirs`, where the reference says `ours`; null if nothing is. A program of which
 * everything is asked must answer the optional operations, too.
 */
export function difference(line, ours, theirs, asksEverything = false) {
  if (!isReply(theirs)) return 'not a reply: neither {"ok": …} nor {"error": {"kind", "message"}} alone';
  if (agree(ours, theirs) || permitted(parsed(line), ours, theirs, asksEverything)) return null;
  if (ours.error && theirs.error) return 'the kinds of error differ';
  if (ours.error) return 'the reference answers with an error';
  return theirs.error ? 'only the program answers with an error' : 'the answers differ';
}

// A kind is one word in snake_case, and an error carries nothing else.
function isReply(reply) {
  if (!isObject(reply) || Object.keys(reply).length !== 1) return false;
  if (Object.hasOwn(reply, 'ok')) return true;
  const { error } = reply;
  return (
    isObject(error) && Object.keys(error).length === 2 && isText(error.message) && /^[a-z][a-z0-9_]*$/.test(error.kind)
  );
}

// Equal as JSON values, in which the order of names does not count. Of errors: that there is one, and the fixed kinds.
function agree(ours, theirs) {
  if (!ours.error || !theirs.error) return isDeepStrictEqual(plain(ours), plain(theirs));
  const [a, b] = [ours.error.kind, theirs.error.kind];
  return a === b || (!FIXED_KINDS.includes(a) && !FIXED_KINDS.includes(b));
}

function plain(value) {
  return JSON.parse(JSON.stringify(value));
}

/**
 * The differences that are no fault of a program, each with its reason. The last two are refusals only: an error where
 * express-session has an answer.
 */
function permitted(request, ours, theirs, asksEverything) {
  if (!isObject(request)) return false;
  const { error } = theirs;
  // The operations of a step that a program need not have.
  const isOptional = error?.kind === 'unsupported' && !asksEverything;
  if (isOptional && operations(request).some(([name]) => OPTIONAL.includes(name))) return true;
  // A program with no heap keeps ids inline; a longer one is as good as none, or an error.
  if (idsOf(request, ours).some((sid) => Buffer.byteLength(sid) > LONGEST_ID)) return true;
  // npm cookie answers with a plain object: a session cookie of such a name fails on every Cookie header.
  if (request.options?.name in Object.prototype) return true;
  // express-session fails when it writes such an expiry into a cookie, and stores nulls when it sends none.
  if (ours.error?.kind === 'expiry_range') return true;
  if (!error) return false;
  // Such an option may be refused when it is given; express-session notices when a cookie is written, or never.
  if (isObject(request.options) && request.op === 'exchange' && !writable(request.options)) return true;
  // Values of these fields beyond booleans, numbers, null and short text, which express-session carries along.
  return documents(request).some((json) => hasUnusualField(json) || isDeep(json));
}

function operations(request) {
  return Array.isArray(request.steps) ? request.steps.flatMap((step) => step.ops ?? []) : [];
}

function idsOf(request, ours) {
  const events = ours.ok?.steps?.flatMap((step) => step.events) ?? [];
  return [...Object.keys(isObject(request.store) ? request.store : {}), ...events.map(([, sid]) => sid)];
}

function writable({ name, cookie: options = {} }) {
  try {
    const { domain, path, priority, sameSite } = options;
    cookie.serialize(name || 'connect.sid', '', {
      domain,
      path,
      priority,
      sameSite: sameSite === 'auto' ? 'lax' : sameSite,
    });
    return true;
  } catch {
    return false;
  }
}

function documents(request) {
  if (request.op === 'record') return [request.json];
  const put = operations(request)
    .filter(([name]) => name === 'put')
    .map(([, , json]) => json);
  return [...Object.values(isObject(request.store) ? request.store : {}), ...put];
}

function hasUnusualField(json) {
  const fields = parsed(json)?.cookie;
  return isObject(fields) && (COOKIE_FIELDS.some((name) => isUnusual(fields[name])) || hasUnusualEnd(fields));
}

// express-session computes the end of a session with whatever stands there; most of it throws or makes it hang sooner
// or later. What is neither whole milliseconds, null, false nor (for expires) a date of ISO 8601 may be refused at once.
function hasUnusualEnd({ originalMaxAge, expires }) {
  const isUsual = (value) => [undefined, null, false].includes(value) || Number.isSafeInteger(value);
  return !isUsual(originalMaxAge) || !(isUsual(expires) || isIsoDate(expires));
}

// With a zone: a date and time without one is local time, which a program with no operating system does not know.
function isIsoDate(value) {
  const isIso = isText(value) && /^[+-]?\d{4,6}-\d\d(-\d\d)?($|T.*(Z|[+-]\d\d:\d\d)$)/.test(value);
  return isIso && !Number.isNaN(Date.parse(value));
}

// A program on a small stack may stop at some depth.
function isDeep(json) {
  const depth = (value) => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0);
  return depth(parsed(json)) > DEEPEST;
}

function isUnusual(value) {
  return (typeof value === 'object' && value !== null) || (isText(value) && Buffer.byteLength(value) > LONGEST_FIELD);
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
