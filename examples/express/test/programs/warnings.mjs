// A program that does all that express-session warns of, for the text on its standard error.
//
//     node warnings.mjs PACKAGE

import { createRequire } from 'node:module';
import FakeTimers from '@sinonjs/fake-timers';

FakeTimers.install({ now: 1_700_000_000_000, toFake: ['Date'] });

const require = createRequire(import.meta.url);
const session = require(process.argv[2]);
const { default: supertest } = await import('supertest');
const { default: express } = await import('express');
const { default: cookieParser } = await import('cookie-parser');

const SECRET = 'keyboard cat';
const quiet = { secret: SECRET, resave: false, saveUninitialized: false };

session();
session({ secret: SECRET });
session({ secret: SECRET, resave: undefined, saveUninitialized: false });
session({ secret: SECRET, resave: false, saveUninitialized: undefined });
session({ resave: false, saveUninitialized: false });
for (let left = 3; left > 0; left--) session({ resave: false, saveUninitialized: false });
new session.Cookie({ maxAge: new Date() });
new session.Cookie().maxAge = new Date();

let ids = 0;
const hidden = express()
  .use(cookieParser(SECRET), (req, res, next) => {
    delete req.headers.cookie;
    next();
  })
  .use(session({ ...quiet, genid: () => `id-${++ids}`, cookie: { maxAge: new Date(1_700_000_100_000) } }))
  .use((req, res) => {
    req.session.n = (req.session.n ?? 0) + 1;
    res.end(`${req.session.n}`);
  });
const { header } = await supertest(hidden).get('/');
const [cookie] = header['set-cookie'][0].split(';');
for (let left = 2; left > 0; left--) await supertest(hidden).get('/').set('Cookie', cookie);

const shown = express()
  .use(
    session({
      ...quiet,
      genid: () => `id-${++ids}`,
      cookie: { maxAge: 60_000, path: '/in' },
      rolling: true,
      unset: 'destroy',
      proxy: true,
    }),
  )
  .use((req, res) => {
    if (req.path === '/in/change') req.session.n = 1;
    if (req.path === '/in/null') req.session = null;
    if (req.path === '/in/secure') req.session.cookie.secure = true;
    if (req.path === '/in/length') res.setHeader('Content-Length', 4);
    if (req.path === '/in/bogus') req.sessionID = 7;
    if (req.path === '/in/save') return req.session.save(() => res.end('save'));
    if (req.path === '/in/reload') return req.session.reload(() => res.end('reload'));
    if (req.path === '/in/regenerate') return req.session.regenerate(() => res.end('regenerate'));
    return res.end('text');
  });
const paths = [
  '/out',
  '/in',
  '/in/change',
  '/in',
  '/in/length',
  '/in/save',
  '/in/reload',
  '/in/secure',
  '/in/bogus',
  '/in/regenerate',
  '/in/null',
  '/in',
];
let kept = 'connect.sid=s%3Aforged.x';
for (const path of paths) {
  const answer = await supertest(shown).get(path).set('Cookie', kept);
  kept = answer.header['set-cookie']?.[0].split(';')[0] ?? kept;
}
await supertest(shown).get('/in').set('Cookie', 'connect.sid=unsigned');

const store = new session.MemoryStore();
const failing = express().use(session({ ...quiet, store }));
failing.use((failure, req, res, next) => {
  void next;
  res.end(failure.message);
});
store.emit('disconnect');
await supertest(failing).get('/');
store.emit('connect');
store.get = (id, callback) => callback(new Error('away'));
await supertest(failing).get('/').set('Cookie', kept);
