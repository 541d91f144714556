// Whether a request came encrypted, which `secure` and `sameSite` depend on: `proxy`, `req.secure`, the socket.

import { counting } from './lib/counting.mjs';
import { same } from './lib/same.mjs';

describe('proxy and the secure connection', () => {
  const protos = [
    undefined,
    'https',
    'http',
    'HTTPS',
    ' https ',
    'https,http',
    'http,https',
    'https, http',
    ' HTTPS , http',
    ',https',
    '',
    'wss',
    'https;',
    'https\t',
  ];
  const secures = [undefined, true, false, 1, 'true', null];
  for (const proxy of [undefined, true, false, null, 0, 1, 'true']) {
    for (const cookie of [
      { secure: true },
      { secure: 'auto' },
      { sameSite: 'auto' },
      { secure: 'auto', sameSite: 'auto', maxAge: 1000 },
    ]) {
      same(`proxy ${proxy}, ${JSON.stringify(cookie)}`, async (world) => {
        for (const proto of protos) {
          const app = counting(world, { proxy, cookie, saveUninitialized: true });
          await world.visit(app, '/', { headers: proto === undefined ? {} : { 'x-forwarded-proto': proto } });
        }
        for (const secure of secures) {
          const before = [
            (req, res, next) => {
              Object.defineProperty(req, 'secure', { value: secure, configurable: true });
              next();
            },
          ];
          await world.visit(counting(world, { proxy, cookie, saveUninitialized: true }, { before }), '/', {
            headers: { 'x-forwarded-proto': 'https' },
          });
        }
        for (const encrypted of [true, 1, false]) {
          const before = [
            (req, res, next) => {
              req.socket.encrypted = encrypted;
              next();
            },
          ];
          await world.visit(counting(world, { proxy, cookie, saveUninitialized: true }, { before }), '/', {
            headers: { 'x-forwarded-proto': 'http' },
          });
        }
        for (const trust of [true, false]) {
          const settings = { 'trust proxy': trust };
          await world.visit(counting(world, { proxy, cookie, saveUninitialized: true }, { settings }), '/', {
            headers: { 'x-forwarded-proto': 'https' },
          });
        }
      });
    }
  }

  same('without a connection', async (world) => {
    for (const connection of [undefined, null, {}, { encrypted: true }]) {
      const before = [
        (req, res, next) => {
          Object.defineProperty(req, 'connection', { value: connection });
          next();
        },
      ];
      await world.visit(counting(world, { cookie: { secure: 'auto' }, saveUninitialized: true }, { before }));
    }
  });

  same('several headers, and none that is text', async (world) => {
    const app = counting(world, { proxy: true, cookie: { secure: true }, saveUninitialized: true });
    for (const lines of [
      'X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n',
      'X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n',
    ]) {
      await world.raw(app, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n`);
    }
    for (const value of [['https'], 7, {}]) {
      const before = [
        (req, res, next) => {
          req.headers['x-forwarded-proto'] = value;
          next();
        },
      ];
      await world.visit(
        counting(world, { proxy: true, cookie: { secure: true }, saveUninitialized: true }, { before }),
      );
    }
  });

  same('secure, changed on the way', async (world) => {
    const store = world.store();
    const app = world.app(
      { store, proxy: true, cookie: { secure: 'auto', maxAge: 60_000 }, rolling: true },
      (req, res) => {
        req.session.n = 1;
        res.end();
      },
    );
    for (const [first, second] of [
      ['https', 'http'],
      ['http', 'https'],
    ]) {
      await world.browse(
        app,
        { headers: { 'x-forwarded-proto': first } },
        { headers: { 'x-forwarded-proto': second } },
      );
    }
  });
});
