// The Cookie header: which of all that a browser may send is a session, and which is not.

import { same } from './lib/same.mjs';
import { pairOf, signed, valueOf } from './lib/known.mjs';

const ID = 'known';
const good = valueOf(ID);
const plain = `s:${signed(ID)}`;
const mac = signed(ID).slice(ID.length + 1);
const upTo = (text, at) => text.slice(0, at);

/** Base64 that decodes to the same bytes: only the last character's unused bits differ. */
function twins() {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = alphabet.indexOf(mac.at(-1));
  return [0, 1, 2, 3].map((bits) => upTo(mac, -1) + alphabet[(last & ~3) | bits]).filter((text) => text !== mac);
}

const HEADERS = {
  'the session': `connect.sid=${good}`,
  'not encoded': `connect.sid=${plain}`,
  'encoded to the last character': `connect.sid=${[...plain].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`,
  'in small hex': `connect.sid=${good.replaceAll(/%../g, (escape) => escape.toLowerCase())}`,
  'encoded twice': `connect.sid=${encodeURIComponent(good)}`,
  'in quotes': `connect.sid="${good}"`,
  'in quotes, not encoded': `connect.sid="${plain}"`,
  'with one quote': `connect.sid="${good}`,
  'with a quote after': `connect.sid=${good}"`,
  'in two pairs of quotes': `connect.sid=""${good}""`,
  'only a quote': 'connect.sid="',
  'with spaces around': `  connect.sid  =   ${good}   `,
  'with tabs around': `\tconnect.sid\t=\t${good}\t`,
  'with no-break spaces': `connect.sid=\u00a0${good}`,
  'behind others': `a=1; b=2;connect.sid=${good}; c=3`,
  'behind a pair without a value': `a; connect.sid=${good}`,
  'behind empty pairs': `;;; ; connect.sid=${good};;`,
  'behind a comma': `a=1, connect.sid=${good}`,
  'behind an empty name': `=a; connect.sid=${good}`,
  'behind __proto__': `__proto__=x; constructor=y; connect.sid=${good}`,
  twice: `connect.sid=${good}; connect.sid=${valueOf('other')}`,
  'twice, the first bad': `connect.sid=bad; connect.sid=${good}`,
  'twice, the first empty': `connect.sid=; connect.sid=${good}`,
  'twice, the first without a value': `connect.sid; connect.sid=${good}`,
  'twice, the first forged': `connect.sid=${valueOf(ID, 'other secret')}; connect.sid=${good}`,
  'another name': `connect.sidx=${good}`,
  'another case': `Connect.Sid=${good}`,
  forged: `connect.sid=${valueOf(ID, 'other secret')}`,
  unsigned: `connect.sid=${ID}`,
  'without s:': `connect.sid=${encodeURIComponent(signed(ID))}`,
  'with S:': `connect.sid=${good.replace('s%3A', 'S%3A')}`,
  'with s: twice': `connect.sid=s%3A${good}`,
  'only s:': 'connect.sid=s%3A',
  'only s': 'connect.sid=s',
  nothing: 'connect.sid=',
  'no mac': `connect.sid=s%3A${ID}`,
  'an empty mac': `connect.sid=s%3A${ID}.`,
  'only a dot': 'connect.sid=s%3A.',
  'only the mac': `connect.sid=s%3A.${encodeURIComponent(mac)}`,
  'a mac with padding': `connect.sid=${good}%3D`,
  'a mac with plain padding': `connect.sid=${good}=`,
  'a mac in base64url': `connect.sid=${encodeURIComponent(plain.replaceAll('+', '-').replaceAll('/', '_'))}`,
  'a mac one short': `connect.sid=${upTo(good, -1)}`,
  'a mac one long': `connect.sid=${good}A`,
  'a mac in small letters': `connect.sid=s%3A${ID}.${encodeURIComponent(mac.toLowerCase())}`,
  'a mac with a space': `connect.sid=${good}%20`,
  'a mac with a NUL': `connect.sid=${good}%00`,
  'a plus for a space': `connect.sid=${good.replace('%2B', '+').replace('%2F', '/')}`,
  'a bad escape': `connect.sid=${good}%`,
  'a bad escape before': `connect.sid=%zz${good}`,
  'an overlong escape': `connect.sid=${good}%C0%AF`,
  'a surrogate': `connect.sid=${good}%ED%A0%80`,
  'a byte order mark': `connect.sid=%EF%BB%BF${good}`,
  'bytes that are not ASCII': `connect.sid=${good}é`,
  'bytes of UTF-8': `a=${Buffer.from('ü').toString('latin1')}; connect.sid=${good}`,
  'all bytes': `a=${Buffer.from(Array.from({ length: 128 }, (_, at) => 128 + at)).toString('latin1')}; connect.sid=${good}`,
  'an empty id': pairOf(''),
  'an id with dots': pairOf('a.b.c'),
  'an id with spaces': pairOf('a b'),
  'an id beyond ASCII': pairOf('schlüssel€😀'),
  'an id beyond ASCII, in its bytes': `connect.sid=s:${Buffer.from(signed('ü')).toString('latin1')}`,
  'an id as long as a page': pairOf('x'.repeat(4000)),
  'an id with s:': pairOf('s:known'),
  'an id __proto__': pairOf('__proto__'),
  'an id constructor': pairOf('constructor'),
  'an id with a NUL': pairOf('a\u0000b'),
  'a header of one character': '=',
  'a header of spaces': ' = ',
  'a header without =': 'connect.sid',
  'a header of semicolons': ';;;;',
  'a header of many': `${Array.from({ length: 300 }, (_, at) => `c${at}=${at}`).join('; ')}; connect.sid=${good}`,
  'a header of a large value': `a=${'x'.repeat(9000)}; connect.sid=${good}`,
  ...Object.fromEntries(
    twins().map((twin, at) => [`a mac of the same bytes ${at}`, `connect.sid=s%3A${ID}.${encodeURIComponent(twin)}`]),
  ),
};

/** Says what the middleware made of the header; every id is in the store. */
function reading(world, options = {}) {
  const store = world.store();
  const { get } = store;
  store.get = (id, callback) => {
    if (!(id in store.sessions))
      store.sessions[id] = '{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"a":1}';
    get.call(store, id, callback);
  };
  return world.app({ store, ...options }, (req, res) => {
    world.see('id', [req.sessionID, req.session.id, req.session.a]);
    res.end('ok');
  });
}

describe('the Cookie header', () => {
  for (const [name, cookie] of Object.entries(HEADERS)) {
    same(name, (world) => world.visit(reading(world), '/', { cookie }));
  }

  same('none', (world) => world.visit(reading(world)));
  same('empty', (world) => world.visit(reading(world), '/', { cookie: '' }));

  for (const lines of [
    [`connect.sid=${good}`, 'a=1'],
    ['a=1', `connect.sid=${good}`],
    ['connect.sid=bad', `connect.sid=${good}`],
    ['', `connect.sid=${good}`],
  ]) {
    same(`in lines: ${lines.map((line) => line.slice(0, 16)).join(' | ')}`, async (world) => {
      const app = reading(world);
      const header = lines.map((line) => `Cookie: ${line}\r\n`).join('');
      await world.raw(app, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}\r\n`);
    });
  }

  const names = ['a', 'A.b-c_d', "!#$%&'*+-.^_`|~", '0', 'a b', 'ü', 'a=b', 'a;b', ' ', '"', '€'];
  for (const name of names) {
    same(`the name ${JSON.stringify(name)}`, async (world) => {
      const app = reading(world, { name });
      // A browser says names in bytes, which Node reads as Latin-1.
      const said = Buffer.from(name).toString('latin1');
      await world.visit(app, '/', { cookie: `${said}=${good}` });
      await world.visit(app, '/', { cookie: `x=1` });
      const saving = world.app({ store: world.store(), name, saveUninitialized: true });
      await world.visit(saving);
    });
  }

  same('a name that is no text', async (world) => {
    for (const name of [7, true, ['connect.sid'], { toString: () => 'connect.sid' }]) {
      const app = reading(world, { name });
      await world.visit(app, '/', { cookie: `7=${good}; true=${good}; connect.sid=${good}` });
      await world.visit(world.app({ store: world.store(), name, saveUninitialized: true }));
    }
  });

  same('name and key', async (world) => {
    const names = [
      { key: 'key' },
      { name: 'name', key: 'key' },
      { name: '', key: 'key' },
      { name: undefined, key: undefined },
      { name: null },
      { name: 0 },
    ];
    for (const options of names)
      await world.visit(world.app({ store: world.store(), saveUninitialized: true, ...options }));
  });

  same('changed by a middleware in front', async (world) => {
    for (const cookie of [
      `connect.sid=${good}`,
      undefined,
      '',
      0,
      null,
      [`connect.sid=${good}`],
      { toString: () => 'x' },
      7,
    ]) {
      const before = [
        (req, res, next) => {
          req.headers.cookie = cookie;
          next();
        },
      ];
      const app = world.app(
        { store: world.store() },
        (req, res) => {
          world.see('id', req.sessionID);
          res.end();
        },
        { before },
      );
      await world.visit(app);
    }
  });

  same('every byte of it changed', async (world) => {
    const app = reading(world);
    const whole = `connect.sid=${good}`;
    for (let at = 0; at < whole.length; at += 3) {
      for (const other of ['!', 'A', '%', ';', '"'])
        await world.visit(app, '/', { cookie: whole.slice(0, at) + other + whole.slice(at + 1) });
    }
  });

  same('cut at every length', async (world) => {
    const app = reading(world);
    const whole = `connect.sid=${good}`;
    for (let length = 0; length <= whole.length; length += 1)
      await world.visit(app, '/', { cookie: whole.slice(0, length) });
  });
});
