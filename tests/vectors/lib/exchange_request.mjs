// Reading the fields of an `exchange`.

import { isUtf8 } from 'node:buffer';

import {
  bytesField,
  bytesItem,
  field,
  fromHex,
  isBoolean,
  isObject,
  isText,
  isTime,
  isWhole,
  listOf,
  onlyKnown,
  refuse,
} from './request.mjs';

const isMaxAge = (value) => value === null || isWhole(value);
const isSecure = (value) => isBoolean(value) || value === 'auto';
const isSameSite = (value) => isBoolean(value) || isText(value);

const OPTIONS = {
  name: isText,
  resave: isBoolean,
  rolling: isBoolean,
  saveUninitialized: isBoolean,
  unset: isText,
};

const COOKIE_OPTIONS = {
  domain: isText,
  httpOnly: isBoolean,
  maxAge: isMaxAge,
  partitioned: isBoolean,
  path: isText,
  priority: isText,
  sameSite: isSameSite,
  secure: isSecure,
};

/** What the operation `cookie` may set; `expires` is in milliseconds. */
export const COOKIE_ATTRIBUTES = {
  domain: isText,
  expires: (value) => value === null || isTime(value),
  httpOnly: isBoolean,
  partitioned: isBoolean,
  path: isText,
  priority: isText,
  sameSite: isSameSite,
  secure: isBoolean,
};

/** The options as express-session takes them. What they mean, it decides. */
export function readOptions(request) {
  const given = field(request, 'options', isObject);
  onlyKnown(given, [...Object.keys(OPTIONS), 'cookie', 'secret'], 'option');
  const options = checked(given, OPTIONS);
  if (Object.hasOwn(given, 'secret')) options.secret = readSecrets(given.secret);
  if (Object.hasOwn(given, 'cookie')) options.cookie = readCookieOptions(field(given, 'cookie', isObject));
  return options;
}

function readCookieOptions(given) {
  onlyKnown(given, Object.keys(COOKIE_OPTIONS), 'option of cookie');
  return checked(given, COOKIE_OPTIONS);
}

// A copy of `given` with the names of `tests` only. The order stays: express-session copies in that order.
function checked(given, tests) {
  const names = Object.keys(given).filter((name) => Object.hasOwn(tests, name));
  return Object.fromEntries(names.map((name) => [name, field(given, name, tests[name])]));
}

function readSecrets(secret) {
  return Array.isArray(secret) ? secret.map(readSecret) : readSecret(secret);
}

// Hexadecimal is only another spelling: an empty one is the empty text, which express-session takes for none.
function readSecret(secret) {
  const bytes = bytesItem(secret);
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

export function readStore(request) {
  const documents = Object.entries(field(request, 'store', isObject));
  if (!documents.every(([, json]) => isText(json))) refuse('a stored document is not text');
  return documents;
}

export function readSteps(request) {
  return listOf(request, 'steps', (step) => (isObject(step) ? readStep(step) : refuse('a step is not an object')));
}

function readStep(step) {
  return {
    now: field(step, 'now', isTime),
    cookie: readCookie(step),
    encrypted: field(step, 'encrypted', isBoolean),
    path: asHeader(Buffer.from(field(step, 'path', isText))),
    random: listOf(step, 'random_hex', readRandom),
    ops: listOf(step, 'ops', (op) => (Array.isArray(op) && isText(op[0]) ? op : refuse('an operation is not a list'))),
  };
}

// Several Cookie lines reach the program joined with "; " (node:http does that).
function readCookie(step) {
  if (step.cookie === null) return null;
  if (Array.isArray(step.cookie)) return step.cookie.map((line) => asHeader(bytesItem(line))).join('; ');
  return asHeader(bytesField(step, 'cookie'));
}

function readRandom(text) {
  const bytes = fromHex(text);
  return bytes.length === 24 ? bytes : refuse('a value of random_hex is not 24 bytes long');
}

/** Bytes of a header as node:http hands them out: one character for each byte. */
export function asHeader(bytes) {
  return bytes.toString('latin1');
}
