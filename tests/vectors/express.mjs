// The reference: answers the one-line-JSON protocol by running the real packages.
//
// As a program: one request a line on stdin, one reply a line on stdout. As a module: `answer(request)`.

import { pathToFileURL } from 'node:url';

import { exchange } from './lib/exchange.mjs';
import { asHeader } from './lib/exchange_request.mjs';
import { lines } from './lib/lines.mjs';
import { cookie, rawPairs, session, signature, uidOf } from './lib/packages.mjs';
import {
  Refusal,
  bytesField,
  bytesItem,
  bytesOut,
  field,
  fromHex,
  isBoolean,
  isObject,
  isText,
  isTime,
  listOf,
  onlyKnown,
  refuse,
  refuseLoneSurrogates,
} from './lib/request.mjs';

const OPERATIONS = { date, decode, encode, exchange, parse, record, serialize, sign, uid, unsign };

/** The reply to one request. It never rejects, and leaves nothing behind. */
export async function answer(request) {
  return answerNow(request);
}

/** As `answer`, at once: nothing in here waits. */
export function answerNow(request) {
  try {
    if (!isObject(request)) refuse('not an object');
    refuseLoneSurrogates(request);
    const op = field(request, 'op', isText);
    if (!Object.hasOwn(OPERATIONS, op)) throw new Refusal('unsupported', `no operation ${op}`);
    return { ok: OPERATIONS[op](request) };
  } catch (error) {
    return failure(error);
  }
}

// What a SyntaxError says changes with the version of Node.
function failure(error) {
  const message = error instanceof SyntaxError ? 'not JSON' : String(error.message);
  return { error: { kind: error instanceof Refusal ? error.kind : 'refused', message } };
}

function parse(request) {
  const pairs = rawPairs(asHeader(bytesField(request, 'header')));
  return pairs.map(([name, raw]) => [
    bytesOut(Buffer.from(name, 'latin1')),
    bytesOut(decodedBytes(raw) ?? asBytes(raw)),
  ]);
}

function decode(request) {
  const bytes = decodedBytes(asHeader(bytesField(request, 'text')));
  if (bytes === null) throw new Refusal('malformed', 'URI malformed');
  return bytesOut(bytes);
}

function asBytes(header) {
  return Buffer.from(header, 'latin1');
}

// decodeURIComponent says whether; the bytes are put together by hand, because in its answer a raw byte E9 and the
// escape %C3%A9 are the same character.
function decodedBytes(header) {
  try {
    decodeURIComponent(header);
  } catch {
    return null;
  }
  return asBytes(header.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))));
}

function encode(request) {
  return encodeURIComponent(field(request, 'text', isText));
}

function sign(request) {
  return signature.sign(field(request, 'value', isText), bytesField(request, 'secret'));
}

function unsign(request) {
  const input = field(request, 'input', isText);
  for (const [key, secret] of unsignSecrets(request).entries()) {
    const value = signature.unsign(input, secret);
    if (value !== false) return { value, key };
  }
  return false;
}

function unsignSecrets(request) {
  const single = Object.hasOwn(request, 'secret') || Object.hasOwn(request, 'secret_hex');
  if (single && Object.hasOwn(request, 'secrets')) refuse('both a secret and secrets');
  return single ? [bytesField(request, 'secret')] : listOf(request, 'secrets', bytesItem);
}

const isNumber = (value) => typeof value === 'number';
const SERIALIZE_OPTIONS = {
  domain: isText,
  expires: isNumber,
  httpOnly: isBoolean,
  maxAge: isNumber,
  partitioned: isBoolean,
  path: isText,
  priority: isText,
  sameSite: (value) => value === true || isText(value),
  secure: isBoolean,
};

function serialize(request) {
  const options = serializeOptions(field(request, 'options', isObject));
  return cookie.serialize(field(request, 'name', isText), field(request, 'value', isText), options);
}

function serializeOptions(given) {
  onlyKnown(given, Object.keys(SERIALIZE_OPTIONS), 'option');
  const names = Object.keys(given).filter((name) => ![null, false, ''].includes(given[name]));
  const options = Object.fromEntries(names.map((name) => [name, field(given, name, SERIALIZE_OPTIONS[name])]));
  if ('expires' in options) options.expires = new Date(options.expires);
  return options;
}

function date(request) {
  const at = new Date(field(request, 'ms', isTime));
  return { utc: at.toUTCString(), iso: at.toISOString() };
}

function uid(request) {
  return uidOf(fromHex(field(request, 'bytes_hex', isText)));
}

function record(request) {
  const owner = { sessionID: '' };
  session.Store.prototype.createSession(owner, JSON.parse(field(request, 'json', isText)));
  return JSON.stringify(owner.session);
}

/** The reply to a line as it was read; what is no request gets an error. */
export function answerLine(line) {
  let request;
  try {
    request = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line));
  } catch {
    return failure(new Refusal('bad_request', 'not JSON in UTF-8'));
  }
  return answerNow(request);
}

async function main() {
  for await (const line of lines(process.stdin)) process.stdout.write(`${JSON.stringify(answerLine(line))}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
