// Random requests of every operation, most of them `exchange`. What is picked is what has been seen to matter:
// usual values often, odd ones now and then, and at most one fault a request, so that a difference can be read.

import { NOW, SECRET, cookieFor, randomHex, rawValue } from './fixtures.mjs';
import { documentText, jsonText } from './generate_document.mjs';
import { signature } from './packages.mjs';

const SIDS = [
  'sid-of-ann',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ987654',
  'a.b',
  'é',
  'Ã©',
  '42',
  '7',
  '__proto__',
  '日本',
  'x y',
  '',
];
const RINGS = [SECRET, [SECRET], ['new', SECRET], ['new', { hex: 'ff00' }, SECRET], { hex: 'ff00' }, 'é'];
const NAMES = ['connect.sid', 'sid', '__Host-sid', '0', 'a!b'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/ab', '/A', '/a?x=/', '/?a', '/%61', '//a'];
const KEYS = ['user', 'views', 'a', 'b', '0', '10', '9', '01', '', 'é', 'toJSON', 'cookies', 'length', 'then'];
const TIMES = [-1, 0, 1, 500, 999, 1000, 30_000, 59_999, 60_000, 60_001, 3_600_000, 90_000_000];
const MAX_AGES = [null, null, 60_000, 60_000, 1000, 1, 0, -1, -60_000, 31_536_000_000];

/** `[text of a line]`: a request of the operation drawn, rarely something that is no request. */
export function requestLine(random) {
  const drawn = random.below(100);
  const found = WEIGHTS.find(([, upTo]) => drawn < upTo);
  return found ? JSON.stringify(found[0](random)) : random.pick(NO_REQUESTS);
}

/** The text of an `exchange` whose handlers mostly do what a program need not answer: `reload`, `cookie`, `put`, `advance`. */
export function optionalLine(random) {
  return JSON.stringify(exchange(random, OPTIONAL_OPERATIONS));
}

const WEIGHTS = cumulated([
  [exchange, 55],
  [parse, 12],
  [record, 11],
  [unsign, 6],
  [serialize, 6],
  [decode, 3],
  [sign, 2],
  [encode, 1],
  [date, 2],
  [uid, 1],
]);

const NO_REQUESTS = [
  '',
  ' ',
  '{',
  'null',
  '1',
  '"op"',
  '[]',
  '{}',
  '{"op":null}',
  '{"op":"unknown"}',
  '{"op":"toString"}',
  '{"op":"parse"}',
  '{"op":"sign","value":"a"}',
  '{"op":"date","ms":"0"}',
  '{"op":"exchange"}',
  '{"op":"uid","bytes_hex":"0"}',
  '{"op":"parse","header":"a=b"}}',
  "{'op':'date','ms':0}",
  '{"op":"encode","text":"\\ud800"}',
];

function cumulated(weights) {
  let sum = 0;
  return weights.map(([make, weight]) => [make, (sum += weight)]);
}

function parse(random) {
  if (random.chance(25)) return { op: 'parse', header_hex: bytesOf(header(random), random).toString('hex') };
  return { op: 'parse', header: header(random) };
}

const HEADER_PIECES = [
  'a',
  'b',
  'connect.sid',
  '=',
  '=',
  '=',
  '; ',
  ';',
  ',',
  ' ',
  '\t',
  '"',
  '%',
  '%41',
  '%3B',
  '%C3%A9',
  '%C3',
  '%A9',
  '%E6%97%A5',
  '%F0%9F%98%80',
  '%ED%A0%80',
  '%00',
  '%2',
  'é',
  '日',
  '\u00a0',
  '\u2000',
  '\ufeff',
  '\\',
  '\u0000',
  '\n',
  '\u007f',
  '$Version=1',
  '__proto__',
  'toString',
  '1',
  '2',
  's:',
  'a=b',
  '%c3%a9',
];

function header(random) {
  return Array.from({ length: random.between(0, 14) }, () => random.pick(HEADER_PIECES)).join('');
}

// The bytes of a text, some of them replaced by bytes that are no UTF-8.
function bytesOf(text, random) {
  const bytes = Buffer.from(text);
  return bytes.map((byte) =>
    random.chance(20) ? random.pick([0x80, 0xa0, 0xa9, 0xc3, 0xe9, 0xed, 0xf4, 0xff]) : byte,
  );
}

function record(random) {
  return { op: 'record', json: documentText(random) };
}

function sign(random) {
  return { op: 'sign', value: random.pick([...SIDS, header(random)]), ...secretField(random) };
}

function secretField(random) {
  if (random.chance(30)) return { secret_hex: random.bytes(random.pick([0, 1, 32, 64, 65, 100])).toString('hex') };
  return { secret: random.pick([SECRET, '', 'é', 'k'.repeat(random.between(60, 70))]) };
}

function unsign(random) {
  const keys = ['new', 'old', '', 'é', SECRET, { hex: 'ff00' }];
  const key = random.pick(keys);
  const good = signature.sign(random.pick(SIDS), typeof key === 'string' ? key : Buffer.from(key.hex, 'hex'));
  const input = random.chance(40) ? edited(good, random) : good;
  return random.chance(50) && typeof key === 'string'
    ? { op: 'unsign', input, secret: key }
    : { op: 'unsign', input, secrets: random.many(4, () => random.pick(keys)) };
}

function edited(text, random) {
  const at = random.below(text.length + 1);
  const put = random.pick(['', 'A', '=', '.', ' ', '-', '_', '+', '/', 'é', '\n']);
  return (text.slice(0, at) + put + text.slice(at + random.below(2))).toWellFormed();
}

function serialize(random) {
  const options = chosen(random, 40, {
    maxAge: [0, 60, 1.5, -0.5, -3, 1e9, null],
    domain: ['example.com', '.a.b', 'a_b', 'a.', '', null, 'A-b', '-a', `${'a'.repeat(random.between(62, 65))}.b`],
    path: ['/', '/a b', '', '/;', '/é', 'x', '/<', '/\u007f', null],
    expires: [0, -1, NOW, 8.64e15, 8.64e15 + 1, -62198755200000, 253402300800000, null],
    httpOnly: [true, false],
    secure: [true, false, null],
    partitioned: [true, false],
    priority: ['low', 'HIGH', 'Medium', 'urgent', ''],
    sameSite: [true, false, 'lax', 'STRICT', 'None', 'maybe', ''],
  });
  return {
    op: 'serialize',
    name: random.pick([...NAMES, header(random)]),
    value: random.pick([...SIDS, header(random)]),
    options,
  };
}

// Each of the names with a chance of `percent`, in a random order.
function chosen(random, percent, lists) {
  const pairs = Object.entries(lists)
    .filter(() => random.chance(percent))
    .map(([name, values]) => [name, random.pick(values)]);
  return Object.fromEntries(random.chance(50) ? pairs.reverse() : pairs);
}

function decode(random) {
  if (random.chance(25)) return { op: 'decode', text_hex: bytesOf(header(random), random).toString('hex') };
  return { op: 'decode', text: header(random) };
}

function encode(random) {
  return { op: 'encode', text: header(random) };
}

function date(random) {
  const reach = random.pick([1e6, 2e12, 1e14, 8.64e15, 9e15]);
  return { op: 'date', ms: Math.round((random.below(2 ** 32) / 2 ** 31 - 1) * reach) };
}

function uid(random) {
  return { op: 'uid', bytes_hex: random.bytes(random.below(50)).toString('hex') };
}

function exchange(random, kinds = OPERATIONS) {
  const ring = random.pick(RINGS);
  const options = { secret: ring, ...exchangeOptions(random) };
  const world = { random, options, secrets: Array.isArray(ring) ? ring : [ring], drawn: 0, now: NOW, kinds };
  const store = Object.fromEntries(random.many(3, () => [random.pick(SIDS), documentText(random)]));
  world.sids = [...Object.keys(store), ...Object.keys(store), ...SIDS];
  return { op: 'exchange', options, store, steps: Array.from({ length: random.between(1, 4) }, () => step(world)) };
}

function exchangeOptions(random) {
  return chosen(random, 60, {
    name: random.chance(30) ? NAMES : ['connect.sid'],
    resave: [true, false, false],
    rolling: [true, false],
    saveUninitialized: [true, false, false],
    unset: ['keep', 'destroy', 'destroy', random.chance(2) ? 'maybe' : 'keep'],
    cookie: [cookieOptions(random)],
    ...(random.chance(1) && { colour: ['red'] }),
  });
}

function cookieOptions(random) {
  const odd = random.chance(3);
  return chosen(random, 35, {
    maxAge: MAX_AGES,
    path: ['/', '/a', '/a/', '', ...(odd ? ['/\n', 'x'] : [])],
    domain: ['example.com', '.A.b', '', ...(odd ? ['a b'] : [])],
    httpOnly: [true, false],
    secure: [true, false, 'auto', 'auto'],
    sameSite: [true, false, 'lax', 'Strict', 'NONE', 'auto', '', ...(odd ? ['maybe'] : [])],
    partitioned: [true, false],
    priority: ['low', 'HIGH', '', ...(odd ? ['urgent'] : [])],
  });
}

function step(world) {
  const { random } = world;
  world.now += random.pick(TIMES);
  const path = random.chance(70) ? world.options.cookie?.path || '/' : random.pick(PATHS);
  return {
    now: world.now,
    ...cookieField(world),
    encrypted: random.chance(40),
    // A target with a control character is no target.
    path: /^\/[^\n]*$/.test(path) ? path : '/',
    random_hex: Array.from({ length: random.chance(3) ? random.below(2) : 4 }, () => randomHex(world.drawn++)),
    ops: random.chance(25) ? [] : operations(world),
  };
}

function cookieField(world) {
  const { random } = world;
  const drawn = random.below(100);
  if (drawn < 10) return { cookie: null };
  if (drawn < 60) return { cookie: sessionCookie(world) };
  if (drawn < 75)
    return { cookie: [header(random), sessionCookie(world), header(random)].join(random.pick(['; ', ';', ' ', ','])) };
  if (drawn < 83) return { cookie: random.many(3, () => (random.chance(50) ? sessionCookie(world) : header(random))) };
  if (drawn < 90)
    return {
      cookie_hex: Buffer.from(
        `${sessionCookie(world)}${random.pick(['', '\xff', '; \xe9=\xa0', '\xa0'])}`,
        'latin1',
      ).toString('hex'),
    };
  return { cookie: `${edited(sessionCookie(world), random)}; ${sessionCookie(world)}` };
}

function sessionCookie({ random, options, secrets, sids, drawn }) {
  const name = random.chance(97) ? (options.name ?? 'connect.sid') : random.pick(NAMES);
  // An id that an earlier step may have drawn.
  const fresh = Buffer.from(randomHex(random.below(drawn)), 'hex').toString('base64url');
  const sid = drawn > 0 && random.chance(30) ? fresh : random.pick(sids);
  const chosenSecret = random.chance(92) ? random.pick(secrets) : 'guessed';
  const secret = typeof chosenSecret === 'string' ? chosenSecret : Buffer.from(chosenSecret.hex, 'hex');
  const value = rawValue(sid, secret);
  const spelled = random.below(100);
  if (spelled < 80) return cookieFor(sid, secret, name);
  if (spelled < 88) return `${name}=${value}`;
  if (spelled < 94) return `${name}="${encodeURIComponent(value)}"`;
  return `${name}=${encodeURIComponent(value).toLowerCase()}`;
}

// Weighted by repetition; the optional operations come last.
const OPERATIONS = [
  ({ random }) => ['set', random.pick(KEYS), jsonText(random, 2)],
  ({ random }) => ['set', random.pick(KEYS), jsonText(random, 0)],
  ({ random }) => ['set', random.pick(KEYS), String(random.below(2))],
  ({ random }) => ['set', random.pick(['user', 'views']), String(random.below(2))],
  ({ random }) => ['del', random.pick(KEYS)],
  () => ['save'],
  () => ['save'],
  () => ['touch'],
  ({ random }) => ['maxAge', random.pick(MAX_AGES)],
  ({ random }) => random.chance(50) && ['regenerate'],
  ({ random }) => random.chance(50) && ['renew'],
  ({ random }) => random.chance(60) && ['destroy'],
  ({ random }) => random.chance(60) && ['unset'],
  ({ random }) =>
    random.chance(4) &&
    [random.pick(['set', 'del']), random.pick(['cookie', 'id', 'save', '__proto__', 'toString']), '1'].slice(0, 3),
  ({ random }) => random.chance(25) && ['reload'],
  ({ random }) => ['cookie', ...random.pick(ATTRIBUTES)],
  ({ random, now }) => ['cookie', 'expires', random.pick([null, now, now + 1000, now - 1000])],
  ({ random, sids }) => ['put', random.pick(sids), random.chance(30) ? null : documentText(random)],
  ({ random }) => ['advance', random.pick(TIMES)],
];

const ATTRIBUTES = [
  ['path', '/a'],
  ['path', '/'],
  ['domain', 'example.com'],
  ['httpOnly', false],
  ['secure', true],
  ['secure', false],
  ['sameSite', 'lax'],
  ['sameSite', true],
  ['sameSite', false],
  ['partitioned', true],
  ['priority', 'High'],
];

const ODD_ATTRIBUTES = [
  ['path', ''],
  ['path', '/;'],
  ['path', '/ä'],
  ['domain', ''],
  ['domain', 'a_b'],
  ['httpOnly', true],
  ['sameSite', 'maybe'],
  ['sameSite', 'NONE'],
  ['partitioned', false],
  ['priority', 'low'],
  ['priority', 'urgent'],
  ['secure', null],
  ['path', null],
  ['maxAge', 1],
  ['originalMaxAge', 1],
  ['path', 1],
];

// A session that this request, or an earlier one, has made: its id follows from the random bytes it was given.
const drawnSid = ({ random, drawn }) =>
  Buffer.from(randomHex(Math.max(0, drawn - random.below(6))), 'hex').toString('base64url');

const OPTIONAL_OPERATIONS = [
  () => ['reload'],
  () => ['reload'],
  ({ random }) => ['cookie', ...random.pick(random.chance(85) ? ATTRIBUTES : ODD_ATTRIBUTES)],
  ({ random }) => ['cookie', ...random.pick(ATTRIBUTES)],
  ({ random, now }) => ['cookie', 'expires', random.pick([null, now, now + 1000, now - 1000, now + 60_000, 8.64e15])],
  ({ random, sids }) => ['put', random.pick(sids), random.chance(30) ? null : documentText(random)],
  (world) => ['put', drawnSid(world), world.random.chance(30) ? null : documentText(world.random)],
  ({ random }) => ['advance', random.pick(TIMES)],
  ({ random }) => random.chance(10) && ['advance', random.pick([0.5, '1', null])],
  () => ['save'],
  ({ random }) => ['set', random.pick(['user', 'views']), String(random.below(2))],
  ({ random }) => random.chance(50) && ['maxAge', random.pick(MAX_AGES)],
  ({ random }) => random.chance(40) && ['regenerate'],
  ({ random }) => random.chance(30) && ['destroy'],
  ({ random }) => random.chance(20) && ['unset'],
];

function operations(world) {
  const { random } = world;
  const most = world.kinds === OPERATIONS ? 4 : 7;
  const ops = random.many(most, () => random.pick(world.kinds)(world)).filter(Boolean);
  const end = ops.findIndex(([name]) => name === 'destroy' || name === 'unset');
  // What comes after the end of a session is an error, which is worth seeing only now and then.
  return end === -1 || random.chance(8) ? ops : [...ops.slice(0, end + 1), ...(random.chance(20) ? [['unset']] : [])];
}
