// The demo app in Express: the same pages as the two programs in Rust have, on the same sessions.
//
//   PORT         3000; 0 takes a free one
//   REDIS_URLS   redis://127.0.0.1:6379; several, with commas between them, are nodes of a cluster
//   SECRETS      the first one signs, all are accepted
//   PRESET       express, or recommended: then it keeps the absolute end that the programs in Rust give a session
//   IDLE_SECONDS 900
//   SESSION      express-session, or the package in ../express

import { createRequire } from 'node:module';
import { RedisStore } from 'connect-redis';
import express from 'express';
import { createClient, createCluster } from 'redis';
import { endSessions, ttlUntilEnd } from '../../tests/peer/limits.mjs';
import { fromElsewhere, page } from './pages.mjs';

const { PORT = '3000', REDIS_URLS = 'redis://127.0.0.1:6379', SECRETS = 'keyboard cat', PRESET = 'recommended' } = process.env;
const idle = Number(process.env.IDLE_SECONDS ?? 900) * 1000;
const session = createRequire(import.meta.url)(process.env.SESSION ?? 'express-session');

const client = await connected(REDIS_URLS.split(','));
const app = express();
app.disable('x-powered-by');
app.use((request, response, next) => {
  if (fromElsewhere(request)) response.status(403).type('text').send('this form is of another site\n');
  else next();
});
// For load.mjs: what the server does without a session.
app.get('/plain', (request, response) => {
  response.sendStatus(204);
});
app.use(unlessAway);
app.use(
  session({
    store: new RedisStore({ client, ...(PRESET === 'recommended' && { ttl: ttlUntilEnd(idle) }) }),
    secret: SECRETS.split(','),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { maxAge: idle, sameSite: 'lax' },
  }),
);
if (PRESET === 'recommended') app.use(endSessions);
app.use(express.urlencoded());

app.get('/', (request, response) => {
  const { user, views = 0 } = request.session;
  if (user) request.session.views = views + 1;
  response.send(page('express', user, views + 1));
});

app.post('/login', (request, response, next) => {
  const name = String(request.body?.name ?? '').trim();
  if (name === '') return response.status(422).send(page('express'));
  request.session.regenerate((error) => {
    if (error) return next(error);
    Object.assign(request.session, { user: name, views: 0 });
    response.redirect(303, '/');
  });
});

app.post('/logout', (request, response, next) => {
  request.session.destroy((error) => (error ? next(error) : response.redirect(303, '/')));
});

app.get('/api/me', (request, response) => {
  const { user = null, views = 0 } = request.session;
  response.set('Cache-Control', 'no-store').json({ server: 'express', user, views });
});

app.get('/still', (request, response) => {
  response.sendStatus(204);
});

app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(503).set('Retry-After', '1').type('text').send('sessions are not available\n');
});

/** express-session goes on without a session when its store says that it is away: then there is no answer either. */
function unlessAway(request, response, next) {
  if (client.isReady === false) response.status(503).set('Retry-After', '1').type('text').send('sessions are not available\n');
  else next();
}

async function connected(urls) {
  const socket = { reconnectStrategy: () => 50 };
  // Calls fail at once while Redis is away, and do not wait for it.
  const client =
    urls.length === 1
      ? createClient({ url: urls[0], disableOfflineQueue: true, socket })
      : createCluster({ rootNodes: urls.map((url) => ({ url })), defaults: { socket } });
  client.on('error', () => {});
  return client.connect();
}

const server = app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
