import { Random } from '../lib/random.mjs';
import { short } from '../lib/fixtures.mjs';

const BOUNDARIES = [
  0x00, 0x01, 0x09, 0x0a, 0x0d, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0xff, 0x7ff, 0x800, 0x2028, 0x2029, 0xd7ff,
  0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f600, 0x10fffe, 0x10ffff,
];

export function* cases() {
  yield* encoding();
  yield* decoding();
  yield* malformed();
  yield* generated();
  yield* refusals();
}

function* encoding() {
  yield ['encode: empty', encode('')];
  yield ['encode: letters and digits', encode('azAZ09')];
  yield ['encode: unreserved marks', encode("-_.!~*'()")];
  yield [
    'encode: all of printable ASCII',
    encode(String.fromCharCode(...Array.from({ length: 95 }, (_, i) => i + 32))),
  ];
  yield ['encode: all controls', encode(String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i)))];
  yield ['encode: a percent escape again', encode('%2F')];
  yield ['encode: a session value', encode('s:abc.d+e/f')];
  yield ['encode: combining and joined emoji', encode('e\u0301 👩‍👩‍👧')];
  for (const point of BOUNDARIES) yield [`encode: U+${hex(point)}`, encode(String.fromCodePoint(point))];
}

function* decoding() {
  const good = {
    'empty': '',
    'nothing to decode': 'abc',
    'plus stays': 'a+b',
    'lower case': '%2f%c3%a9',
    'mixed case': '%2F%C3%a9',
    'NUL': '%00',
    'reserved characters': '%3B%2C%2F%3F%3A%40%26%3D%2B%24%23',
    'percent': '%25',
    'decoded once': '%2541',
    'whole text escaped': '%61%62%63',
    'beside UTF-8': 'é%C3%A9日',
    'between letters': 'a%C3%A9b',
    'BOM': '%EF%BB%BFa',
    'line feed': '%0A',
    'quote': '%22',
    'surrounded by raw emoji': '😀%F0%9F%98%80😀',
  };
  for (const [what, text] of Object.entries(good)) yield [`decode: ${what}`, decode(text)];
  for (const point of BOUNDARIES)
    yield [`decode: U+${hex(point)}`, decode(encodeURIComponent(String.fromCodePoint(point)))];
  yield ['decode: raw bytes that are not UTF-8 stay', { op: 'decode', text_hex: 'ff254333254139c3' }];
  yield ['decode: raw bytes, nothing to decode', { op: 'decode', text_hex: 'e9' }];
}

const MALFORMED = {
  'percent alone': '%',
  'percent at the end': 'a%',
  'one digit': '%4',
  'one digit at the end': 'abc%4',
  'not hex': '%zz',
  'second not hex': '%4g',
  'space in the escape': '% 41',
  'sign in the escape': '%+4',
  'two percents': '%%41',
  'full-width digits': '%４１',
  'percent u': '%u0041',
  'continuation alone': '%80',
  'last continuation alone': '%BF',
  'two bytes, cut': '%C3',
  'two bytes, then a letter': '%C3a',
  'two bytes, then ASCII': '%C3%41',
  'three bytes, cut after one': '%E6',
  'three bytes, cut after two': '%E6%97',
  'four bytes, cut after three': '%F0%9F%98',
  'four bytes, then a letter': '%F0%9F%98a',
  'overlong NUL': '%C0%80',
  'overlong slash': '%C0%AF',
  'overlong, C1': '%C1%BF',
  'overlong of three bytes': '%E0%80%AF',
  'overlong of three bytes, last': '%E0%9F%BF',
  'overlong of four bytes': '%F0%80%80%AF',
  'overlong of four bytes, last': '%F0%8F%BF%BF',
  'first surrogate': '%ED%A0%80',
  'last surrogate': '%ED%BF%BF',
  'pair of surrogates': '%ED%A0%BD%ED%B8%80',
  'above 10FFFF': '%F4%90%80%80',
  'F5': '%F5%80%80%80',
  'five bytes': '%F8%88%80%80%80',
  'FE': '%FE',
  'FF': '%FF',
  'one bad among good': '%41%C3%A9%FF',
  'bad at the start': '%FF%41',
  'raw second byte': '%C3é',
  'a continuation too many': '%C3%A9%A9',
};

function* malformed() {
  for (const [what, text] of Object.entries(MALFORMED)) yield [`malformed: ${what}`, decode(text)];
  yield ['malformed: raw first byte, escaped second', { op: 'decode', text_hex: 'c3254139' }];
  yield ['malformed: escaped first byte, raw second', { op: 'decode', text_hex: '254333a9' }];
}

function* generated() {
  const random = new Random(3);
  const pieces = [
    'a',
    '%41',
    '%C3%A9',
    '%C3',
    '%A9',
    '%E6%97%A5',
    '%F0%9F%98%80',
    '%',
    'é',
    '%ED%A0%80',
    '+',
    '%00',
    '%2',
    '%c3%a9',
    '日',
  ];
  const seen = new Set();
  while (seen.size < 50) {
    const text = Array.from({ length: random.between(2, 5) }, () => random.pick(pieces)).join('');
    if (!seen.has(text)) yield [`generated: ${short(text)}`, decode(text)];
    seen.add(text);
  }
}

function* refusals() {
  yield ['refused: encode without a text', { op: 'encode' }];
  yield ['refused: encode a number', { op: 'encode', text: 1 }];
  yield ['refused: decode without a text', { op: 'decode' }];
  yield ['refused: decode null', { op: 'decode', text: null }];
  yield ['refused: decode bad hex', { op: 'decode', text_hex: 'f' }];
}

const encode = (text) => ({ op: 'encode', text });
const decode = (text) => ({ op: 'decode', text });
const hex = (point) => point.toString(16).toUpperCase().padStart(4, '0');
