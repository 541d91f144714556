import { Random } from '../lib/random.mjs';
import { SECRET, SID, short } from '../lib/fixtures.mjs';
import { signature } from '../lib/packages.mjs';

const VALUES = [
  '',
  'a',
  '.',
  '..',
  'a.',
  '.a',
  'hello.world',
  SID,
  'é',
  '日本語',
  '😀',
  '\u0000',
  'line\nbreak',
  'tab\there',
  '"quoted"',
  's:prefixed',
  '  ',
  'a=b; c=d',
  'x'.repeat(55),
  'x'.repeat(56),
  'x'.repeat(64),
  'x'.repeat(1000),
];
const SECRETS = [
  '',
  's',
  SECRET,
  'é',
  '日本語 鍵',
  '\u0000',
  ...[63, 64, 65, 128, 300].map((length) => 'k'.repeat(length)),
];
const HEX_SECRETS = ['', '00', 'ff', '80', 'c3', 'c3a9', 'DEADbeef', 'ff'.repeat(63), 'ff'.repeat(64), 'ff'.repeat(65)];
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function* cases() {
  yield* signing();
  yield* roundTrips();
  yield* forgeries();
  yield* otherTrailingBits();
  yield* generatedEdits();
  yield* rings();
  yield* refusals();
}

function* signing() {
  for (const value of VALUES) {
    for (const secret of ['', SECRET, 'k'.repeat(65)]) {
      yield [`sign: value "${short(value)}", secret "${short(secret)}"`, { op: 'sign', value, secret }];
    }
  }
  for (const secret of SECRETS) {
    yield [`sign: an id with secret "${short(secret, 20)}" of ${secret.length}`, { op: 'sign', value: SID, secret }];
  }
  for (const hex of HEX_SECRETS) {
    yield [`sign: hex secret ${short(hex, 20)}`, { op: 'sign', value: SID, secret_hex: hex }];
  }
}

function* roundTrips() {
  for (const value of VALUES) {
    yield [`unsign: good, value "${short(value)}"`, unsign(signature.sign(value, SECRET))];
  }
  for (const secret of SECRETS) {
    const name = `unsign: good, secret "${short(secret, 20)}" of ${secret.length}`;
    yield [name, { op: 'unsign', input: signature.sign(SID, secret), secret }];
  }
  for (const hex of HEX_SECRETS) {
    const input = signature.sign(SID, Buffer.from(hex, 'hex'));
    yield [`unsign: good, hex secret ${short(hex, 20)}`, { op: 'unsign', input, secret_hex: hex }];
  }
}

function* forgeries() {
  const value = withBothOddCharacters();
  const good = signature.sign(value, SECRET);
  const mac = good.slice(value.length + 1);
  const edits = {
    'hmac with padding': `${good}=`,
    'hmac with two paddings': `${good}==`,
    'hmac with an encoded padding': `${good}%3D`,
    'hmac in base64url': `${value}.${mac.replaceAll('+', '-').replaceAll('/', '_')}`,
    'hmac with only + replaced': `${value}.${mac.replaceAll('+', '-')}`,
    'hmac with only / replaced': `${value}.${mac.replaceAll('/', '_')}`,
    'hmac with + as a space': `${value}.${mac.replaceAll('+', ' ')}`,
    'hmac in hex': `${value}.${Buffer.from(mac, 'base64').toString('hex')}`,
    'hmac in lower case': `${value}.${mac.toLowerCase()}`,
    'hmac in upper case': `${value}.${mac.toUpperCase()}`,
    'hmac reversed': `${value}.${[...mac].reverse().join('')}`,
    'hmac twice': `${good}${mac}`,
    'hmac of the empty text': `${value}.${signature.sign('', SECRET).slice(1)}`,
    'hmac with another secret': signature.sign(value, 'keyboard dog'),
    'hmac with the secret in upper case': signature.sign(value, SECRET.toUpperCase()),
    'hmac with the secret and a space': signature.sign(value, `${SECRET} `),
    'hmac of the value with s:': `${value}.${signature.sign(`s:${value}`, SECRET).slice(value.length + 3)}`,
    'empty hmac': `${value}.`,
    'empty hmac, two dots': `${value}..`,
    'no hmac': value,
    'no dot before the hmac': `${value}${mac}`,
    'two dots before the hmac': `${value}..${mac}`,
    'a comma before the hmac': `${value},${mac}`,
    'only the hmac': mac,
    'only the hmac, with its dot': `.${mac}`,
    'only a dot': '.',
    'two dots': '..',
    'nothing': '',
    'one character': 'a',
    'a byte appended': `${good}A`,
    'a dot appended': `${good}.`,
    'a space appended': `${good} `,
    'a line feed appended': `${good}\n`,
    'a NUL appended': `${good}\u0000`,
    'a byte in front': `A${good}`,
    'a space in front': ` ${good}`,
    's: in front': `s:${good}`,
    'last byte cut': good.slice(0, -1),
    'first byte cut': good.slice(1),
    'value in upper case': `${value.toUpperCase()}.${mac}`,
    'value with a space': `${value} .${mac}`,
    'value changed': `${value.slice(0, -1)}!.${mac}`,
    'percent-encoded': encodeURIComponent(good),
    'quoted': `"${good}"`,
    'combining accent for a precomposed one': `e\u0301.${signature.sign('é', SECRET).slice(2)}`,
    'full-width digit': signature.sign('1', SECRET).replace('1.', '１.'),
  };
  for (const [name, input] of Object.entries(edits)) {
    yield [`bad signature: ${name}`, unsign(input)];
  }
  yield ['good signature: a signed value signed again', unsign(signature.sign(good, SECRET))];
  yield ['good signature: the inner of a value signed twice', unsign(good)];
  yield [
    'good signature: secret padded with NUL is the same key',
    { op: 'unsign', input: good, secret: `${SECRET}\u0000` },
  ];
  yield ['bad signature: secret without its last byte', { op: 'unsign', input: good, secret: SECRET.slice(0, -1) }];
  yield ['bad signature: empty secret', { op: 'unsign', input: good, secret: '' }];
  for (let cut = 1; cut <= 43; cut += 6) {
    yield [`bad signature: ${cut} characters of the hmac cut`, unsign(good.slice(0, -cut))];
  }
}

// The last of 43 characters carries four bits; three others decode to the same 32 bytes.
function* otherTrailingBits() {
  for (const value of ['a', SID, 'é.é']) {
    const good = signature.sign(value, SECRET);
    const last = STANDARD.indexOf(good.at(-1));
    for (const bits of [1, 2, 3]) {
      const input = good.slice(0, -1) + STANDARD[last ^ bits];
      yield [`bad signature: trailing bits ${bits} of "${short(value, 12)}"`, unsign(input)];
    }
  }
}

function* generatedEdits() {
  const random = new Random(1);
  for (let i = 0; i < 60; i++) {
    const good = signature.sign(random.pick(VALUES.slice(1, 16)), SECRET);
    const at = random.below(good.length);
    const kind = random.pick(['case', 'drop', 'insert', 'swap']);
    const input = edited(good, at, kind, random);
    yield [`edit ${i}: ${input === good ? 'nothing' : kind} at ${at}`, unsign(input)];
  }
}

function edited(text, at, kind, random) {
  const here = text[at].isWellFormed() ? text[at] : 'x';
  const flipped = here === here.toLowerCase() ? here.toUpperCase() : here.toLowerCase();
  const put = { case: flipped, drop: '', insert: here + random.pick(STANDARD), swap: random.pick(`${STANDARD}=-_. `) }[
    kind
  ];
  return (text.slice(0, at) + put + text.slice(at + 1)).toWellFormed();
}

function* rings() {
  const keys = ['new', 'old', { hex: 'ff00' }, 'é', ''];
  const byName = (secret) => (typeof secret === 'string' ? secret : Buffer.from(secret.hex, 'hex'));
  for (const [i, key] of keys.entries()) {
    yield [
      `ring: key ${i} of ${keys.length} fits`,
      { op: 'unsign', input: signature.sign(SID, byName(key)), secrets: keys },
    ];
  }
  const input = signature.sign(SID, 'new');
  yield ['ring: none fits', { op: 'unsign', input, secrets: ['a', 'b', { hex: 'ff' }] }];
  yield ['ring: empty', { op: 'unsign', input, secrets: [] }];
  yield ['ring: the first of two equal keys', { op: 'unsign', input, secrets: ['x', 'new', 'new'] }];
  yield ['ring: hex and text of one key', { op: 'unsign', input, secrets: [{ hex: '6e6577' }, 'new'] }];
  yield [
    'ring: twenty keys',
    { op: 'unsign', input, secrets: [...Array.from({ length: 19 }, (_, i) => `k${i}`), 'new'] },
  ];
  yield ['ring: one key in a list', { op: 'unsign', input, secrets: ['new'] }];
}

function* refusals() {
  const input = signature.sign(SID, SECRET);
  yield ['refused: sign without a value', { op: 'sign', secret: SECRET }];
  yield ['refused: sign without a secret', { op: 'sign', value: SID }];
  yield ['refused: sign a number', { op: 'sign', value: 1, secret: SECRET }];
  yield ['refused: sign with null', { op: 'sign', value: SID, secret: null }];
  yield ['refused: sign with odd hex', { op: 'sign', value: SID, secret_hex: 'abc' }];
  yield ['refused: sign with bad hex', { op: 'sign', value: SID, secret_hex: 'zz' }];
  yield ['refused: unsign without a secret', { op: 'unsign', input }];
  yield ['refused: unsign without an input', { op: 'unsign', secret: SECRET }];
  yield ['refused: unsign with secrets as a text', { op: 'unsign', input, secrets: SECRET }];
  yield ['refused: unsign with a number among the secrets', { op: 'unsign', input, secrets: [SECRET, 1] }];
  yield ['refused: unsign with bad hex in the list', { op: 'unsign', input, secrets: [{ hex: 'x' }] }];
}

function unsign(input) {
  return { op: 'unsign', input, secret: SECRET };
}

// A value whose hmac has both characters that base64url spells otherwise.
function withBothOddCharacters() {
  for (let i = 0; ; i++) {
    const mac = signature.sign(`user${i}`, SECRET).split('.')[1];
    if (mac.includes('+') && mac.includes('/') && !/[+/]$/.test(mac)) return `user${i}`;
  }
}
