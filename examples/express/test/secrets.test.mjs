// The option `secret`, and `req.secret`: of every kind, several, none, and changed while running.

import { createSecretKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { counting } from './lib/counting.mjs';
import { pairOf } from './lib/known.mjs';
import { same } from './lib/same.mjs';

describe('secrets', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const webKey = (extractable) =>
    webcrypto.subtle.importKey('raw', Buffer.from('web key'), hmac, extractable, ['sign']);
  const secrets = {
    text: 'text',
    'text beyond ASCII': 'ü€😀',
    'long text': 'x'.repeat(200),
    '64 bytes': 'x'.repeat(64),
    '65 bytes': 'x'.repeat(65),
    'a lone surrogate': '\ud800',
    'with a NUL': 'a\u0000b',
    'a buffer': Buffer.from('buffer'),
    'a buffer of no text': Buffer.from([255, 0, 128]),
    'an empty buffer': Buffer.alloc(0),
    Uint8Array: new Uint8Array([1, 2, 3]),
    Uint16Array: new Uint16Array([1, 2, 300]),
    DataView: new DataView(new ArrayBuffer(4)),
    ArrayBuffer: new ArrayBuffer(4),
    KeyObject: createSecretKey(Buffer.from('key object')),
    'a private KeyObject': privateKey,
    'a view of a buffer': Buffer.from('xbufferx').subarray(1, 7),
    SharedArrayBuffer: new SharedArrayBuffer(4),
    'ArrayBuffer of another realm': runInNewContext('new Uint8Array([1, 2, 3]).buffer'),
    'Uint8Array of another realm': runInNewContext('new Uint8Array([1, 2, 3])'),
    'a number': 7,
    true: true,
    'an object': {},
    'a function': () => 'x',
    'a symbol': Symbol.iterator,
    'a date': new Date(0),
    'a boxed text': new String('text'),
    two: ['one', 'two'],
    'of several kinds': [Buffer.from('one'), 'two', createSecretKey(Buffer.from('three'))],
    'text and null': ['text', null],
    'null and text': [null, 'text'],
    'text and undefined': ['text', undefined],
    'empty and text': ['', 'text'],
    'text and empty': ['text', ''],
    'a number and text': [7, 'text'],
    'text and a number': ['text', 7],
    nested: [['one', 'two']],
    'a set': new Set(['text']),
    sparse: [, 'text'],
  };
  for (const [name, secret] of Object.entries(secrets)) {
    same(name, async (world) => {
      const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
      for (const signer of ['text', 'other', '', 'one', 'two', Buffer.from('buffer')])
        await world.visit(app, '/', { cookie: pairOf('known', signer) });
      await world.browse(app, '/', '/', '/');
      await world.visit(app, '/', { cookie: 'connect.sid=s%3Aforged.mac' });
    });

    same(`${name}, as req.secret`, async (world) => {
      const before = [
        (req, res, next) => {
          req.secret = secret;
          next();
        },
      ];
      const app = counting(world, { secret: undefined, cookie: { maxAge: 60_000 } }, { before });
      await world.visit(app, '/', { cookie: pairOf('known', 'text') });
      await world.browse(app, '/', '/');
    });
  }

  for (const extractable of [true, false]) {
    same(`a CryptoKey, extractable ${extractable}`, async (world) => {
      for (const secret of [await webKey(extractable), ['text', await webKey(extractable)]]) {
        const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
        for (const signer of ['text', 'web key']) await world.visit(app, '/', { cookie: pairOf('known', signer) });
        await world.browse(app, '/', '/');
      }
    });
  }

  for (const secret of [undefined, null, '', 0, false]) {
    same(`none: ${JSON.stringify(secret)}`, async (world) => {
      const app = counting(world, { secret });
      await world.visit(app, '/', { cookie: pairOf('known', '') });
      const before = [
        (req, res, next) => {
          req.secret = secret;
          next();
        },
      ];
      await world.visit(counting(world, { secret, cookie: { path: '/only' } }, { before }), '/');
      await world.visit(
        counting(
          world,
          { secret },
          {
            before: [
              (req, res, next) => {
                req.secret = 'late';
                next();
              },
            ],
          },
        ),
        '/',
      );
    });
  }

  same('rotated: an old secret is accepted, and the new one signs', async (world) => {
    for (const rolling of [false, true]) {
      const app = counting(world, { secret: ['new', 'old', 'oldest'], rolling, cookie: { maxAge: 60_000 } });
      for (const secret of ['new', 'old', 'oldest', 'none'])
        await world.visit(app, '/', { cookie: pairOf('known', secret) });
    }
  });

  same('an array changed while running', async (world) => {
    const secret = ['one'];
    const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
    const { cookie } = await world.browse(app, '/');
    secret.unshift('zero');
    await world.visit(app, '/', { cookie });
    await world.visit(app);
    secret.pop();
    await world.visit(app, '/', { cookie });
    secret.length = 0;
    await world.visit(app, '/', { cookie });
    await world.visit(app);
    secret.push('one');
    await world.visit(app, '/', { cookie });
  });

  same('a buffer changed while running', async (world) => {
    const secret = Buffer.from('one');
    const app = counting(world, { secret, cookie: { maxAge: 60_000 } });
    const { cookie } = await world.browse(app, '/');
    secret[0] ^= 1;
    await world.visit(app, '/', { cookie });
    secret[0] ^= 1;
    await world.visit(app, '/', { cookie });
  });

  same('an array changed during a request', async (world) => {
    const secret = ['one', 'two'];
    const store = world.store();
    const app = world.app({ store, secret, saveUninitialized: true }, (req, res) => {
      secret.reverse();
      res.end();
    });
    for (let left = 3; left > 0; left--) await world.visit(app);
  });

  same('req.secret changed during a request', async (world) => {
    const before = [
      (req, res, next) => {
        req.secret = 'before';
        next();
      },
    ];
    const store = world.store();
    const app = world.app(
      { store, secret: undefined, saveUninitialized: true },
      (req, res) => {
        req.secret = 'after';
        res.end();
      },
      { before },
    );
    await world.visit(app);
  });
});
