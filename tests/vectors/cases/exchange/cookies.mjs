// What the browser sends: which session the Cookie header names.

import {
  SECRET,
  SID,
  cookieFor,
  document,
  exchangeOf,
  known,
  rawValue,
  set,
  short,
  step,
} from '../../lib/fixtures.mjs';

const STORE = { [SID]: document({ user: 'ann' }, 60_000) };
const FORGED = cookieFor(SID, 'guessed');
const OTHER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ987654';

export function* cases() {
  yield* headers();
  yield* bytes();
  yield* ids();
  yield* secrets();
}

function* headers() {
  const good = cookieFor();
  const value = encodeURIComponent(rawValue(SID));
  const given = {
    'good': good,
    'not encoded': `connect.sid=${rawValue(SID)}`,
    'quoted': `connect.sid="${value}"`,
    'quoted and not encoded': `connect.sid="${rawValue(SID)}"`,
    'lower-case hex': good.replace(/%../g, (e) => e.toLowerCase()),
    'fully percent-encoded': `connect.sid=${everyByte(rawValue(SID))}`,
    'encoded twice': `connect.sid=${encodeURIComponent(value)}`,
    'one bad escape': `${good}%`,
    'one bad escape in front': `connect.sid=%zz${value}`,
    'padded': `${good}=`,
    'padding encoded': `${good}%3D`,
    'quotes encoded': `connect.sid=%22${value}%22`,
    'without s:': `connect.sid=${value.slice('s%3A'.length)}`,
    'S: for s:': good.replace('s%3A', 'S%3A'),
    's without a colon': good.replace('s%3A', 's'),
    's: twice': good.replace('s%3A', 's%3As%3A'),
    'j: for s:': good.replace('s%3A', 'j%3A'),
    'only s:': 'connect.sid=s%3A',
    's: and a dot': 'connect.sid=s%3A.',
    'unsigned id': `connect.sid=s%3A${SID}`,
    'unsigned id with a dot': `connect.sid=s%3A${SID}.`,
    'empty value': 'connect.sid=',
    'no equals': 'connect.sid',
    'empty header': '',
    'other cookies': 'a=b; c=d',
    'among others': `a=b; ${good}; c=d`,
    'no space between': `a=b;${good};c=d`,
    'spaces around equals': good.replace('=', ' = '),
    'comma between': `a=b, ${good}`,
    'quote open before it': `a="b; ${good}; c=d"`,
    'forged': FORGED,
    'forged: last character': good.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
    'forged: other id, same hmac': good.replace(SID, OTHER),
    'forged: cut by one': good.slice(0, -1),
    'forged: base64url': `connect.sid=${encodeURIComponent(withOdd().replaceAll('+', '-').replaceAll('/', '_'))}`,
    '+ not encoded': `connect.sid=${withOdd().replaceAll('/', '%2F')}`,
    'duplicate: good, good': `${good}; ${good}`,
    'duplicate: good, forged': `${good}; ${FORGED}`,
    'duplicate: forged, good': `${FORGED}; ${good}`,
    'duplicate: empty, good': `connect.sid=; ${good}`,
    'duplicate: unsigned, good': `connect.sid=x; ${good}`,
    'duplicate: no equals, good': `connect.sid; ${good}`,
    'duplicate: bad escape, good': `connect.sid=%; ${good}`,
    'duplicate: other session first': `${cookieFor(OTHER)}; ${good}`,
    'name in capitals': good.replace('connect.sid', 'Connect.Sid'),
    'name percent-encoded': good.replace('connect', '%63onnect'),
    'name with NBSP': `\u00a0${good}`,
    'name with a tab': `\t${good}`,
    'name after a line feed': `\n${good}`,
    'value after a line feed': good.replace('=', '=\n'),
    'value with trailing spaces': `${good}   ; a=b`,
  };
  const store = { ...STORE, [oddId()]: document({ user: 'odd' }, 60_000) };
  for (const [what, cookie] of Object.entries(given)) {
    yield [`cookie: ${what}`, exchangeOf({ store, steps: [step({ cookie, ops: [set('seen', true)] })] })];
  }
  yield ['cookie: none', exchangeOf({ store, steps: [step()] })];
  yield ['cookie lines: none', exchangeOf({ store, steps: [step({ cookie: [] })] })];
  yield ['cookie lines: one', exchangeOf({ store, steps: [step({ cookie: [good] })] })];
  yield ['cookie lines: in the second', exchangeOf({ store, steps: [step({ cookie: ['a=b', good] })] })];
  yield ['cookie lines: the first wins', exchangeOf({ store, steps: [step({ cookie: [good, FORGED] })] })];
  yield ['cookie lines: the first wins, also if bad', exchangeOf({ store, steps: [step({ cookie: [FORGED, good] })] })];
  yield ['cookie lines: an empty one between', exchangeOf({ store, steps: [step({ cookie: ['a=b', '', good] })] })];
  yield [
    'cookie lines: name and value in two lines',
    exchangeOf({ store, steps: [step({ cookie: ['connect.sid', `=${value}`] })] }),
  ];
  yield ['cookie lines: bytes in one', exchangeOf({ store, steps: [step({ cookie: [{ hex: '613dff' }, good] })] })];
}

// Node reads the bytes of a header as latin1: a raw C3 A9 is an id of two characters, an escaped one is é.
function* bytes() {
  const hex = (latin1) => Buffer.from(latin1, 'latin1').toString('hex');
  const twoCharacters = 'Ã©';
  const store = {
    'é': document({ user: 'é' }),
    [twoCharacters]: document({ user: 'two characters' }),
    'ÿ': document({ user: 'ÿ' }),
    ...STORE,
  };
  const given = {
    'bytes beside the cookie': hex(`a=\xff; ${cookieFor()}; b=\xe9`),
    'UTF-8 id, raw, signed as é': Buffer.from(`connect.sid=${rawValue('é')}`).toString('hex'),
    'UTF-8 id, raw, signed as two characters': hex(`connect.sid=${rawValue(twoCharacters)}`),
    'latin1 id, raw': hex(`connect.sid=${rawValue('é')}`),
    'FF as an id': hex(`connect.sid=${rawValue('ÿ')}`),
    'a byte after the signature': `${hex(cookieFor())}ff`,
    'a byte in front of the value': hex(cookieFor().replace('=', '=\xa0')),
    'NBSP in front of the name': hex(`\xa0${cookieFor()}`),
  };
  for (const [what, cookie_hex] of Object.entries(given)) {
    yield [`cookie bytes: ${what}`, exchangeOf({ store, steps: [step({ cookie_hex, ops: [set('seen', true)] })] })];
  }
  yield [
    'cookie bytes: UTF-8 text, raw',
    exchangeOf({ store, steps: [step({ cookie: `connect.sid=${rawValue('é')}` })] }),
  ];
  yield ['cookie bytes: escaped é', exchangeOf({ store, steps: [step({ cookie: cookieFor('é') })] })];
}

function* ids() {
  const odd = [
    'a',
    '.',
    '..',
    'a.b',
    '.a',
    'a.',
    '0',
    '42',
    '__proto__',
    'constructor',
    'sess:1',
    'with space',
    'semi;colon',
    'é',
    '日本',
    '😀',
    'line\nbreak',
    '"',
    '%41',
    'a+b',
    'x'.repeat(127),
    '-1',
  ];
  for (const sid of odd) {
    const named = `id "${short(sid, 20)}"${sid.length > 20 ? ` of ${sid.length}` : ''}`;
    yield [
      `${named}: found`,
      exchangeOf({
        options: { rolling: true },
        store: { [sid]: document({ a: 1 }) },
        steps: [step({ cookie: cookieFor(sid), ops: [set('b', 2)] })],
      }),
    ];
    yield [
      `${named}: unknown`,
      exchangeOf({ store: STORE, steps: [step({ cookie: cookieFor(sid), ops: [set('b', 2)] })] }),
    ];
  }
  yield [
    'id "": signed, counts as no cookie',
    exchangeOf({ store: { '': document({ a: 1 }) }, steps: [step({ cookie: cookieFor(''), ops: [set('b', 2)] })] }),
  ];
}

function* secrets() {
  const ring = (secret) => ({ options: { secret, rolling: true }, store: { ...STORE } });
  const by = (secret) => step({ cookie: cookieFor(SID, secret), ops: [set('seen', true)] });
  const buffer = Buffer.from('ff00fe', 'hex');
  yield ['secret: list of one', exchangeOf({ ...ring([SECRET]), steps: [known()] })];
  yield ['secret: the first of three', exchangeOf({ ...ring(['new', 'old', 'older']), steps: [by('new')] })];
  yield [
    'secret: the second of three is signed anew by the first',
    exchangeOf({ ...ring(['new', 'old', 'older']), steps: [by('old')] }),
  ];
  yield [
    'secret: the last of three is signed anew by the first',
    exchangeOf({ ...ring(['new', 'old', 'older']), steps: [by('older')] }),
  ];
  yield ['secret: none of three', exchangeOf({ ...ring(['new', 'old', 'older']), steps: [by('lost')] })];
  yield [
    'secret: an old one, not rolling, not modified: nothing is sent',
    exchangeOf({ ...ring(['new', 'old']), options: { secret: ['new', 'old'] }, steps: [{ ...by('old'), ops: [] }] }),
  ];
  yield ['secret: in hex', exchangeOf({ ...ring({ hex: 'ff00fe' }), steps: [by(buffer)] })];
  yield [
    'secret: hex of a text',
    exchangeOf({ ...ring({ hex: Buffer.from(SECRET).toString('hex') }), steps: [known()] }),
  ];
  yield ['secret: hex and text in a list', exchangeOf({ ...ring(['new', { hex: 'ff00fe' }]), steps: [by(buffer)] })];
  yield ['secret: UTF-8', exchangeOf({ ...ring('clé 鍵'), steps: [by('clé 鍵')] })];
  yield ['secret: longer than a block', exchangeOf({ ...ring('k'.repeat(100)), steps: [by('k'.repeat(100))] })];
  yield ['secret: one character', exchangeOf({ ...ring('k'), steps: [by('k')] })];
  // Only the option as a whole is looked at, so an empty text inside a list is a key like any other.
  yield ['secret: an empty text in a list verifies', exchangeOf({ ...ring(['new', '']), steps: [by('')] })];
  yield ['secret: an empty text first in a list signs', exchangeOf({ ...ring(['', 'old']), steps: [by('old')] })];
}

function everyByte(text) {
  return text.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

// An id whose signature has characters that base64url spells otherwise.
function oddId() {
  for (let i = 0; ; i++) {
    if (/\+.*\/|\/.*\+/.test(rawValue(`id${i}`))) return `id${i}`;
  }
}

function withOdd() {
  return rawValue(oddId());
}
