import { Random } from '../lib/random.mjs';
import { cookieFor, short } from '../lib/fixtures.mjs';

export function* cases() {
  for (const [group, headers] of Object.entries(HEADERS)) {
    for (const [what, header] of Object.entries(headers)) yield [`${group}: ${what}`, { op: 'parse', header }];
  }
  for (const [what, header_hex] of Object.entries(BYTES)) yield [`bytes: ${what}`, { op: 'parse', header_hex }];
  yield* whiteSpace();
  yield* controls();
  yield* generatedText();
  yield* generatedBytes();
  yield* refusals();
}

const HEADERS = {
  'short': {
    'empty': '',
    'one letter': 'a',
    'equals': '=',
    'equals and a space': '= ',
    'spaces around equals': ' = ',
    'two equals': '==',
    'semicolon and equals': ';=',
    'equals and semicolon': '=;',
    'letter and equals': 'a=',
    'equals and letter': '=a',
    'two letters': 'ab',
    'only semicolons': ';;;',
    'only spaces': '   ',
  },
  'pairs': {
    'one': 'a=b',
    'two': 'a=b; c=d',
    'no space': 'a=b;c=d',
    'many spaces': 'a=b;    c=d',
    'trailing semicolon': 'a=b;',
    'trailing semicolon and space': 'a=b; ',
    'leading semicolon': ';a=b',
    'empty pairs': 'a=b;;; ;c=d',
    'comma does not separate': 'a=b, c=d',
    'colon does not separate': 'a=b: c=d',
    'ampersand does not separate': 'a=b&c=d',
    'equals in the value': 'a=b=c',
    'equals at the end': 'a=b==',
    'only equals in the value': 'a===',
    'space in the value': 'a=b c',
    'newline does not separate': 'a=b\r\nc=d',
    'a hundred pairs': Array.from({ length: 100 }, (_, i) => `n${i}=${i}`).join('; '),
    'long value': `a=${'x'.repeat(5000)}`,
    'session cookie': cookieFor(),
    'session cookie, not encoded': decodeURIComponent(cookieFor()),
  },
  'no equals': {
    'alone': 'foo',
    'before a pair': 'foo; a=b',
    'after a pair': 'a=b; foo',
    'between pairs': 'a=b; foo; c=d',
    'several before a pair': 'foo; bar; baz; a=b',
    'with spaces': ' foo ; a=b',
    'of the same name before': 'foo;foo=baz',
    'of the same name after': 'foo=baz;foo',
    'empty before a pair': ';;;; a=b',
    'quoted': '"foo"; a=b',
  },
  'empty name': {
    'alone': '=a',
    'twice': '=a; =b',
    'with spaces': '  =a',
    'with a tab': '\t=a',
    'and empty value': 'x=1; =; y=2',
    'value with equals': '==a',
    'after a pair': 'a=b; =c',
    'quoted value': '="a"',
  },
  'empty value': {
    'at the end': 'a=',
    'before a semicolon': 'a=; b=c',
    'only spaces': 'a=   ; b=c',
    'only spaces at the end': 'a=   ',
    'only a tab': 'a=\t',
    'quoted': 'a=""',
    'then again': 'foo=;foo=x',
  },
  'duplicates': {
    'first wins': 'a=1; a=2',
    'three': 'a=1; a=2; a=3',
    'names differ in case': 'a=1; A=2',
    'encoded name is another': '%61=1; a=2',
    'trimmed names are equal': 'a=1;  a =2',
    'first is malformed': 'a=%; a=2',
    'first is quoted': 'a="1"; a=2',
    'apart': 'a=1; b=2; a=3; c=4; b=5',
  },
  'order': {
    'integer-like names stay in place': 'b=1; 2=x; a=3; 1=y; 0=z',
    'leading zero': '01=a; 1=b; 00=c',
    'negative and fraction': '-1=a; 1.5=b; 1=c',
    'beyond an index': '4294967295=a; 4294967294=b; b=c',
  },
  'odd names': {
    '__proto__': '__proto__=x',
    '__proto__ twice': '__proto__=x; __proto__=y',
    '__proto__ among others': 'a=1; __proto__=x; b=2',
    'constructor': 'constructor=x',
    'toString': 'toString=x; valueOf=y',
    'hasOwnProperty': 'hasOwnProperty=x; a=b; a=c',
    'prototype': 'prototype=x',
    'prefix': '__Host-a=1; __Secure-b=2',
    'encoded prefix stays encoded': '%5F%5FHost-a=1',
    'quoted': '"a"=b',
    'with a quote': 'a"=b',
    'with a space': 'a b=c',
    'with a colon': 'a:b=c',
    'legacy attributes': '$Version=1; a=b; $Path=/',
    'UTF-8': 'é=1; 日=2',
    'with a NUL': 'a\u0000=b',
    'with brackets': 'a[0]=b; a[1]=c',
    'dot': 'a.b=c',
    'percent': '%=a',
    'percent and digits': '%41=b',
    'long': `${'n'.repeat(500)}=v`,
  },
  'quotes': {
    'pair removed': 'a="b"',
    'one pair only': 'a=""b""',
    'single': 'a="',
    'single with a space': 'a=" ',
    'opening only': 'a="b',
    'closing only': 'a=b"',
    'inside': 'a=b"c"d',
    'two characters': 'a=""',
    'three characters': 'a="""',
    'four characters': 'a=""""',
    'semicolon inside': 'a="b; c"; d=e',
    'sandwich': 'a="b; c=d"; e=f',
    'backslash stays': 'a="b\\"c"',
    'space inside stays': 'a=" b "',
    'spaces outside go': 'a=  "b"  ',
    'tab outside goes': 'a=\t"b"\t',
    'escape inside is decoded': 'a="%41"',
    'escaped quotes stay': 'a=%22b%22',
    'escaped opening quote': 'a=%22b"',
    'apostrophes stay': "a='b'",
    'comma inside': 'a="b,c"',
    'malformed inside': 'a="%"',
    'typographic quotes stay': 'a=“b”',
    'quote at the very end of a pair': 'a=";b=c"',
  },
  'decoding': {
    'escape': 'a=%41',
    'lower case': 'a=%c3%a9',
    'all of the value': 'a=%73%3A%61',
    'plus stays': 'a=b+c',
    'semicolon': 'a=b%3Bc',
    'equals': 'a=b%3Dc',
    'space': 'a=%20b%20',
    'line feed': 'a=%0D%0AX: y',
    'NUL': 'a=%00',
    'percent': 'a=%25',
    'once only': 'a=%2541',
    'two bytes': 'a=%C3%A9',
    'three bytes': 'a=%E6%97%A5',
    'four bytes': 'a=%F0%9F%98%80',
    'BOM': 'a=%EF%BB%BFb',
    'raw BOM': 'a=\ufeffb',
    'last character': 'a=%F4%8F%BF%BF',
    'noncharacter': 'a=%EF%BF%BF',
    'raw UTF-8 beside an escape': 'a=é%41',
    'raw and escaped é': 'a=é%C3%A9',
    'U+2028': 'a=\u2028%E2%80%A8',
    'percent u stays': 'a=%u0041',
    'name is not decoded': 'a%3D=b',
    'several values, each by itself': 'a=%41; b=%; c=%43',
  },
  'malformed, kept as it is': {
    'percent': 'a=%',
    'percent at the end': 'a=b%',
    'one digit': 'a=%4',
    'not hex': 'a=%zz',
    'second not hex': 'a=%4g',
    'good and bad': 'a=%41%',
    'bad and good': 'a=%zz%41',
    'two bytes, cut': 'a=%C3',
    'two bytes, then ASCII': 'a=%C3%41',
    'two bytes, then raw': 'a=%C3é',
    'continuation': 'a=%A9',
    'overlong slash': 'a=%C0%AF',
    'overlong NUL': 'a=%C0%80',
    'overlong of three': 'a=%E0%80%AF',
    'overlong of four': 'a=%F0%80%80%AF',
    'surrogate': 'a=%ED%A0%80',
    'surrogate pair': 'a=%ED%A0%BD%ED%B8%80',
    'above 10FFFF': 'a=%F4%90%80%80',
    'five bytes': 'a=%F8%88%80%80%80',
    'FF': 'a=%FF',
    'latin1 é': 'a=%E9',
    'cut by the semicolon': 'a=%C3;b=%A9',
    'cut by a quote': 'a="%C3"%A9',
    'full-width digits': 'a=%４１',
    'space in the escape': 'a=% 41',
  },
};

const BYTES = {
  'latin1 é': '613de9',
  'latin1 name': 'e93d61',
  'latin1 name and value': 'e93de8',
  'two latin1 names are apart': 'e93d31 3b e83d32'.replaceAll(' ', ''),
  'UTF-8 in hex': '613dc3a9',
  'UTF-8 name': 'c3a93d62',
  'FF': '613dff',
  'FF FE': 'fffe3d61',
  'raw C3, escaped A9': '613dc3254139',
  'escaped C3, raw A9': '613d254333a9',
  'raw byte beside a good escape': '613dff25343125433325413980',
  'raw byte beside a bad escape': '613dff2543332541',
  'NBSP is not white space (A0)': 'a0613d62a0',
  'NBSP is not white space (C2 A0)': 'c2a0613d62c2a0',
  'NEL is not white space': '85613d6285',
  'quoted': '613d22e922',
  'overlong raw slash': '613dc0af',
  'raw surrogate': '613deda080',
  'raw F4 90': '613df4908080',
  'every byte from 80': `613d${Array.from({ length: 128 }, (_, i) => (i + 128).toString(16)).join('')}`,
  'NUL': '613d0062',
  'only bytes, no equals': 'ffff',
  'same latin1 name twice': 'e93d313be93d32',
  'UTF-8 cut at the semicolon': '613dc33b62a93d63',
  'empty': '',
  'ASCII in hex': '613d62',
};

function* whiteSpace() {
  const characters = {
    SP: ' ',
    HTAB: '\t',
    LF: '\n',
    VT: '\v',
    FF: '\f',
    CR: '\r',
    NBSP: '\u00a0',
    NEL: '\u0085',
    'U+2000': '\u2000',
    'U+3000': '\u3000',
    BOM: '\ufeff',
  };
  for (const [what, c] of Object.entries(characters)) {
    yield [`white space: ${what} around the name`, { op: 'parse', header: `${c}a${c}=b` }];
    yield [`white space: ${what} around the value`, { op: 'parse', header: `a=${c}b${c}; c=d` }];
    yield [`white space: ${what} as the only value`, { op: 'parse', header: `a=${c};b=c` }];
  }
  yield ['white space: mixed', { op: 'parse', header: ' \t a \t = \t b \t ; \t c=d' }];
}

function* controls() {
  for (const code of [0x00, 0x01, 0x0b, 0x1b, 0x1f, 0x7f]) {
    const c = String.fromCharCode(code);
    yield [`control ${code}: in the name and the value`, { op: 'parse', header: `a${c}b=c${c}d; ${c}=${c}` }];
  }
}

function* generatedText() {
  const pieces = [
    'a',
    'b',
    '=',
    '=',
    '; ',
    ';',
    ' ',
    '\t',
    '"',
    '%',
    '%41',
    '%C3%A9',
    '%C3',
    'é',
    ',',
    '\\',
    'a=b',
    '__proto__',
    '\u00a0',
    '1',
    '%22',
  ];
  yield* generated('text', new Random(6), 130, (random) => {
    const header = Array.from({ length: random.between(3, 12) }, () => random.pick(pieces)).join('');
    return [short(header, 60), { op: 'parse', header }];
  });
}

function* generatedBytes() {
  const bytes = [
    0x61, 0x62, 0x3d, 0x3d, 0x3b, 0x20, 0x22, 0x25, 0x34, 0x31, 0x80, 0xa9, 0xc3, 0xed, 0xa0, 0xff, 0xc2, 0xf0, 0x00,
    0x09,
  ];
  yield* generated('bytes', new Random(7), 90, (random) => {
    const header_hex = Buffer.from(Array.from({ length: random.between(3, 14) }, () => random.pick(bytes))).toString(
      'hex',
    );
    return [header_hex, { op: 'parse', header_hex }];
  });
}

function* generated(group, random, count, make) {
  const seen = new Set();
  while (seen.size < count) {
    const [what, request] = make(random);
    if (!seen.has(what)) yield [`generated ${group}: ${what}`, request];
    seen.add(what);
  }
}

function* refusals() {
  yield ['refused: no header', { op: 'parse' }];
  yield ['refused: null', { op: 'parse', header: null }];
  yield ['refused: a list', { op: 'parse', header: ['a=b'] }];
  yield ['refused: bad hex', { op: 'parse', header_hex: 'xx' }];
  yield ['refused: odd hex', { op: 'parse', header_hex: '6' }];
}
