import { Random } from '../lib/random.mjs';
import { short } from '../lib/fixtures.mjs';

export function* cases() {
  yield* names();
  yield* values();
  yield* maxAges();
  yield* domains();
  yield* paths();
  yield* expiries();
  yield* flags();
  yield* notGiven();
  yield* combinations();
  yield* refusals();
}

function* names() {
  const good = [
    'a',
    'connect.sid',
    '__Host-sid',
    '__Secure-sid',
    '0',
    '!',
    "!#$%&'*+-.^_`|~",
    '__proto__',
    'toString',
    'x'.repeat(200),
  ];
  for (const name of good) yield [`name: ${short(name)}`, serialize(name, 'v')];
  const bad = {
    'empty': '',
    'space': 'a b',
    'leading space': ' a',
    'tab': 'a\t',
    'equals': 'a=b',
    'semicolon': 'a;b',
    'comma': 'a,b',
    'quote': '"a"',
    'slash': 'a/b',
    'colon': 'a:b',
    'at': 'a@b',
    'parenthesis': 'a(b',
    'bracket': 'a[b',
    'brace': 'a{b',
    'less': 'a<b',
    'question mark': 'a?b',
    'backslash': 'a\\b',
    'line feed': 'a\nb',
    'trailing line feed': 'a\n',
    'carriage return': 'a\rb',
    'NUL': 'a\u0000',
    'DEL': 'a\u007f',
    'UTF-8': 'é',
    'NBSP': 'a\u00a0',
    'emoji': '😀',
  };
  for (const [what, name] of Object.entries(bad)) yield [`name refused: ${what}`, serialize(name, 'v')];
}

function* values() {
  const texts = {
    'empty': '',
    'plain': 'abc',
    'unreserved': "-_.!~*'()",
    'reserved': ';,/?:@&=+$#',
    'space': 'a b',
    'quotes': '"a"',
    'quote': '"',
    'percent': '100%',
    'percent escape': '%41',
    'backslash': 'a\\b',
    'line feed': 'a\nSet-Cookie: b=c',
    'carriage return': '\r',
    'NUL': '\u0000',
    'DEL': '\u007f',
    'C1 control': '\u0085',
    'two bytes': 'é',
    'three bytes': '日本',
    'four bytes': '😀',
    'last of one byte': '\u007f',
    'first of two bytes': '\u0080',
    'last of two bytes': '\u07ff',
    'first of three bytes': '\u0800',
    'last of three bytes': '\uffff',
    'first of four bytes': '\u{10000}',
    'last character': '\u{10ffff}',
    'BOM': '\ufeff',
    'before the surrogates': '\ud7ff',
    'after the surrogates': '\ue000',
    'combining': 'e\u0301',
    'long': 'x'.repeat(5000),
    'long, all escaped': ' '.repeat(1500),
    'JSON': 'j:{"a":[1,2]}',
  };
  for (const [what, value] of Object.entries(texts)) yield [`value: ${what}`, serialize('a', value)];
}

function* maxAges() {
  const seconds = [
    0, 1, -1, 60, 3.14, 0.5, 0.999, -0.5, -1.5, 1e-7, 59.999999, 2147483647, 4294967296, 1e15, 9007199254740991,
  ];
  for (const maxAge of seconds) yield [`maxAge: ${maxAge}`, options({ maxAge })];
  yield ['maxAge: 1e20, all digits', options({ maxAge: 1e20 })];
  yield ['maxAge: 1e21, with an exponent', options({ maxAge: 1e21 })];
}

function* domains() {
  const label63 = 'a'.repeat(63);
  const good = [
    'example.com',
    '.example.com',
    'EXAMPLE.com',
    'localhost',
    'a',
    '.a',
    '1',
    '127.0.0.1',
    'a-b.c',
    'a--b.c',
    'xn--bcher-kva.example',
    `${label63}.com`,
    `${label63}.${label63}`,
    '0.a.1',
    Array(60).fill('abc').join('.'),
  ];
  for (const domain of good) yield [`domain: ${short(domain)}`, options({ domain })];
  const bad = {
    'trailing dot': 'example.com.',
    'two leading dots': '..example.com',
    'two dots': 'a..b',
    'only a dot': '.',
    'underscore': 'a_b.com',
    'label starts with a hyphen': '-a.com',
    'label ends with a hyphen': 'a-.com',
    'second label starts with a hyphen': 'a.-b',
    'label of 64': `${'a'.repeat(64)}.com`,
    'second label of 64': `a.${'b'.repeat(64)}`,
    'port': 'example.com:80',
    'IPv6': '[::1]',
    'space': 'a b',
    'space in front': ' a',
    'semicolon': 'a;b',
    'slash': 'a/b',
    'UTF-8': 'bücher.example',
    'star': '*.a',
    'line feed': 'a\n',
    'comma': 'a,b',
    'at': 'a@b',
    // Lower-cased, the Kelvin sign is k and the long s is s; the pattern has no flag u, so they stay outside of it.
    'Kelvin sign': '\u212a.com',
    'long s': '\u017f.com',
  };
  for (const [what, domain] of Object.entries(bad)) yield [`domain refused: ${what}`, options({ domain })];
}

function* paths() {
  const good = [
    '/',
    '/a',
    'a',
    '/a/b/',
    '/a b',
    ' ',
    '/"q"',
    '/a,b',
    '/a=b',
    '/%3B',
    '/~a',
    '/a:b',
    '/a=b>c?d@e',
    '/\\',
    '/x'.repeat(300),
  ];
  for (const path of good) yield [`path: ${short(path)}`, options({ path })];
  const bad = {
    'semicolon': '/a;b',
    'less': '/<',
    'line feed': '/a\n',
    'carriage return': '/\r',
    'NUL': '/\u0000',
    'tab': '/\t',
    'unit separator': '/\u001f',
    'DEL': '/\u007f',
    'UTF-8': '/é',
    'attribute': '/; Domain=evil.example',
    'NBSP': '/\u00a0',
  };
  for (const [what, path] of Object.entries(bad)) yield [`path refused: ${what}`, options({ path })];
}

function* expiries() {
  const times = {
    'epoch': 0,
    'one ms': 1,
    'one ms before': -1,
    'a second before': -1000,
    'last ms of a second': 1_700_000_000_999,
    'now': 1_700_000_000_000,
    'leap day': Date.UTC(2024, 1, 29),
    'end of 9999': 253402300799999,
    'start of 10000': 253402300800000,
    'year 275760': 8.64e15,
    'year -271821': -8.64e15,
    'year 0': -62167219200000,
    'last ms of year -1': -62167219200001,
    'year 99': Date.UTC(1999, 0, 1) - 59958144000000,
    'year 999': -30641760000000,
    'year -99': -65321942400000,
    'year -9999': -377705116800000,
    'year 1': -62135596800000,
  };
  for (const [what, expires] of Object.entries(times)) yield [`expires: ${what}`, options({ expires })];
  yield ['expires refused: one ms after the last', options({ expires: 8.64e15 + 1 })];
  yield ['expires refused: one ms before the first', options({ expires: -8.64e15 - 1 })];
  yield ['expires refused: 1e300', options({ expires: 1e300 })];
}

function* flags() {
  for (const flag of ['httpOnly', 'secure', 'partitioned']) {
    yield [`${flag}: true`, options({ [flag]: true })];
    yield [`${flag}: false`, options({ [flag]: false })];
  }
  for (const priority of ['low', 'medium', 'high', 'Low', 'MEDIUM', 'hIgH'])
    yield [`priority: ${priority}`, options({ priority })];
  const badPriorities = ['highest', ' low', 'low ', 'lo', 'hi gh', '0', 'true', 'K', 'H\u0130GH', '\u0131'];
  for (const priority of badPriorities) yield [`priority refused: ${priority}`, options({ priority })];
  for (const sameSite of [true, false, 'lax', 'strict', 'none', 'Lax', 'STRICT', 'nOnE']) {
    yield [`sameSite: ${sameSite} (${typeof sameSite})`, options({ sameSite })];
  }
  for (const sameSite of ['auto', 'true', 'false', ' lax', 'lax;', 'no', 'unspecified', 'STR\u0130CT']) {
    yield [`sameSite refused: ${sameSite}`, options({ sameSite })];
  }
}

function* notGiven() {
  const all = ['maxAge', 'domain', 'path', 'expires', 'httpOnly', 'secure', 'partitioned', 'priority', 'sameSite'];
  yield ['no options', options({})];
  for (const name of all) {
    yield [`not given: ${name} null`, options({ [name]: null })];
    yield [`not given: ${name} false`, options({ [name]: false, httpOnly: name !== 'httpOnly' })];
  }
  for (const name of ['domain', 'path', 'priority', 'sameSite'])
    yield [`not given: ${name} empty`, options({ [name]: '' })];
}

const EVERYTHING = {
  sameSite: 'lax',
  priority: 'high',
  partitioned: true,
  secure: true,
  httpOnly: true,
  expires: 1_700_000_000_000,
  path: '/a',
  domain: 'example.com',
  maxAge: 60,
};

function* combinations() {
  yield ['every attribute, given in reverse', options(EVERYTHING)];
  yield ['every attribute and an escaped value', serialize('connect.sid', 's:a.b+/c', EVERYTHING)];
  yield ['SameSite=None without Secure is not refused', options({ sameSite: 'none' })];
  yield ['__Host- with a domain is not refused', serialize('__Host-a', 'v', { domain: 'example.com' })];
  yield ['longer than 4096 is not refused', serialize('a', 'x'.repeat(4097), { httpOnly: true })];
  const random = new Random(2);
  for (let i = 0; i < 40; i++) {
    const chosen = Object.fromEntries(Object.entries(EVERYTHING).filter(() => random.chance(50)));
    yield [`combination ${i}: ${Object.keys(chosen).join(' ') || 'nothing'}`, options(chosen)];
  }
  yield ['two faults: name and path', serialize('a b', 'v', { path: ';' })];
}

function* refusals() {
  yield ['refused: no name', { op: 'serialize', value: 'v', options: {} }];
  yield ['refused: no value', { op: 'serialize', name: 'a', options: {} }];
  yield ['refused: no options', { op: 'serialize', name: 'a', value: 'v' }];
  yield ['refused: value is a number', serialize('a', 1)];
  yield ['refused: options is a list', serialize('a', 'v', [])];
  yield ['refused: an unknown option', options({ colour: 'red' })];
  yield ['refused: maxAge is text', options({ maxAge: 'soon' })];
  yield ['refused: domain is a number', options({ domain: 1 })];
  yield ['refused: path is a list', options({ path: ['/'] })];
  yield ['refused: priority is true', options({ priority: true })];
  yield ['refused: sameSite is a number', options({ sameSite: 1 })];
  yield ['refused: expires is text', options({ expires: 'Thu, 01 Jan 1970 00:00:00 GMT' })];
}

function serialize(name, value, given = {}) {
  return { op: 'serialize', name, value, options: given };
}

function options(given) {
  return serialize('a', 'v', given);
}
