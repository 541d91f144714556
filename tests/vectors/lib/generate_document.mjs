// Random JSON texts, and stored session documents with the oddities that programs have written.

import { NOW } from './fixtures.mjs';

const NUMBERS = [
  '0',
  '1',
  '-1',
  '1.0',
  '-0',
  '1e21',
  '1E5',
  '1e-7',
  '0.1',
  '1.50',
  '123456789012345678901',
  '9007199254740993',
  '5e-324',
  '1e309',
  '0.000001',
];
const TEXTS = [
  '""',
  '"a"',
  '"é日😀"',
  '"\\u00e9"',
  '"\\u2028"',
  '"\u2028"',
  '"\\ud83d"',
  '"\\ud83d\\ude00"',
  '"\\u0000"',
  '"\\/"',
  '"\u007f"',
  '"\\n\\t\\b"',
  '"\\"\\\\"',
  '"\\u001F"',
];
const NAMES = [
  '"a"',
  '"b"',
  '"\\u0061"',
  '"2"',
  '"10"',
  '"1"',
  '"01"',
  '"-1"',
  '"4294967295"',
  '""',
  '"é"',
  '"user"',
  '"views"',
  '"__proto__"',
  '"toString"',
  '"cookie"',
  '"\\n"',
];
const SPACES = ['', '', '', '', ' ', '\n', '\t', '\r\n '];

/** A JSON text of at most `depth` levels. */
export function jsonText(random, depth) {
  if (depth === 0 || random.chance(50)) return random.pick([...NUMBERS, ...TEXTS, 'true', 'false', 'null']);
  const space = random.pick(SPACES);
  const items = random.many(4, () => jsonText(random, depth - 1));
  if (random.chance(50)) return `[${space}${items.join(`${space},${space}`)}${space}]`;
  return `{${space}${items.map((item) => `${random.pick(NAMES)}${space}:${item}`).join(`,${space}`)}${space}}`;
}

/** The text of a stored document: usual, odd, or (rarely) broken. */
export function documentText(random) {
  if (random.chance(3)) return random.pick(BROKEN);
  const data = random.many(4, () => `${random.pick(DATA_NAMES)}:${jsonText(random, 2)}`);
  data.splice(random.chance(70) ? 0 : random.below(data.length + 1), 0, `"cookie":${cookieText(random)}`);
  const space = random.pick(SPACES);
  const text = `${space}{${space}${data.join(`,${space}`)}}${space}`;
  return random.chance(2) ? text.slice(0, random.below(text.length)).toWellFormed() : text;
}

const BROKEN = [
  '',
  '{',
  'null',
  'true',
  'false',
  '0',
  '""',
  '[]',
  '{}',
  '{"cookie":null}',
  '{"cookie":"x"}',
  '{"cookie":1}',
  '{"cookie":true}',
  '{"cookie":{}',
  '{"cookie":{}}x',
  '\ufeff{"cookie":{}}',
];

// The names that express-session drops are among them; `cookie` again is not, for it would be another cookie.
const DATA_NAMES = [
  ...NAMES.filter((name) => name !== '"cookie"'),
  '"user"',
  '"views"',
  '"id"',
  '"save"',
  '"req"',
  '"lastAccess"',
];

function cookieText(random) {
  const odd = random.chance(30);
  const iso = JSON.stringify(new Date(NOW + random.pick([-1, 0, 1, 1000, 60_000, 3_600_000, 9e10])).toISOString());
  const fields = [
    [
      'originalMaxAge',
      odd ? random.pick(ODD.originalMaxAge) : random.pick(['null', '60000', '60000', '1000', '0', '-1']),
    ],
    ['partitioned', odd && random.chance(30) ? random.pick(ODD.flag) : random.chance(10) && 'true'],
    ['priority', odd && random.chance(30) ? random.pick(ODD.priority) : random.chance(10) && '"high"'],
    ['expires', odd ? random.pick([...ODD.expires, iso, iso]) : random.pick(['null', iso, iso])],
    ['secure', odd && random.chance(30) ? random.pick(ODD.flag) : random.chance(20) && random.pick(['true', 'false'])],
    ['httpOnly', odd && random.chance(30) ? random.pick(ODD.flag) : random.pick(['true', 'true', 'false'])],
    ['domain', odd && random.chance(30) ? random.pick(ODD.domain) : random.chance(10) && '"example.com"'],
    ['path', odd && random.chance(30) ? random.pick(ODD.path) : random.pick(['"/"', '"/"', '"/a"'])],
    [
      'sameSite',
      odd && random.chance(30)
        ? random.pick(ODD.sameSite)
        : random.chance(15) && random.pick(['"lax"', 'true', '"None"']),
    ],
    ['version', odd && random.chance(30) && jsonText(random, 2)],
  ].filter(([, text]) => text);
  if (odd && random.chance(30)) fields.reverse();
  return `{${fields.map(([name, text]) => `"${name}":${text}`).join()}}`;
}

// `false` leaves the field out.
const ODD = {
  originalMaxAge: [false, 'false', 'null', '60000.0', '6e4', '1000.5', '-0', '""', '"60000"', 'true', '9e15', '60000'],
  expires: [
    false,
    'null',
    'false',
    'true',
    '0',
    '1',
    String(NOW),
    String(NOW + 5000),
    '""',
    '"never"',
    '"2023-11-14T23:00:00Z"',
    '"2023-11-15T00:13:20.5+02:00"',
    '"2023-11-20"',
    '"2024"',
    '"2023-13-01T00:00:00.000Z"',
    '"+012023-11-14T22:14:00.000Z"',
    '"-000001-01-01T00:00:00.000Z"',
    '"2023-11-14T24:00:00.000Z"',
  ],
  flag: [false, 'true', 'false', 'null', '0', '1', '""', '"yes"', '-0', '0.5', '[]'],
  domain: [false, 'null', '""', '".a.b"', '"a b"', '1', 'true', '{}'],
  path: [false, 'null', '""', '"/é"', '"/;"', '"x"', '0', '[1]'],
  priority: [false, 'null', '"HIGH"', '"urgent"', '""', 'false', '0', 'true'],
  sameSite: [false, 'null', '"LAX"', '"maybe"', '"auto"', '""', 'false', '0', '1'],
};
