// An ordinary Express app with sessions, and what a test needs to visit it.
//
//   GET  /              the session's id and data, and when it was given it: a request that only touches
//   GET  /count?at=MS   counts in the session, no sooner than at this time: a request that saves

import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import session from 'express-session';

const SECRET = 'keyboard cat';

/** How long a session lives that nobody uses: longer than any test. */
export const IDLE = 60_000;

export class App {
  #server;
  #address;

  /** `inFront` and `behind` are middlewares on either side of express-session. */
  static async start(store, { inFront = [], behind = [] } = {}) {
    const app = express();
    const options = { secret: SECRET, store, resave: false, saveUninitialized: false, cookie: { maxAge: IDLE } };
    app.use(...inFront, session(options), ...behind);
    app.use((request, response, next) => {
      request.began = Date.now();
      next();
    });
    app.get('/', answer);
    app.get('/count', async (request, response) => {
      await until(Number(request.query.at ?? 0));
      request.session.count = (request.session.count ?? 0) + 1;
      answer(request, response);
    });
    const started = new App();
    started.#server = app.listen(0, '127.0.0.1');
    await new Promise((resolve, reject) => started.#server.once('listening', resolve).once('error', reject));
    started.#address = `http://127.0.0.1:${started.#server.address().port}`;
    return started;
  }

  /** What the app says to the browser that has this session's cookie. */
  async visit(id, path = '/') {
    const response = await fetch(this.#address + path, { headers: { cookie: `connect.sid=${cookieFor(id)}` } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`);
    return { ...JSON.parse(text), setCookie: response.headers.getSetCookie() };
  }

  /** Whether a request that only touches is given the session. */
  async has(id) {
    const seen = await this.visit(id);
    return seen.id === id && seen.data.user === 'ada';
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export async function until(time) {
  // A timer may fire a little too soon.
  for (let left; (left = time - Date.now()) > 0; ) await sleep(left);
}

function answer(request, response) {
  const { cookie, ...data } = request.session;
  response.json({ id: request.sessionID, data, began: request.began });
}

function cookieFor(id) {
  const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '');
  return encodeURIComponent(`s:${id}.${signature}`);
}
