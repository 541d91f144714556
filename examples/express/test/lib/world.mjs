// One run of a scenario with one implementation: the server, the browser, the clock, and notes of all that was seen.

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import FakeTimers from '@sinonjs/fake-timers';
import express from 'express';
import supertest from 'supertest';
import { attempt, error, look } from './look.mjs';
import { makes, record } from './stores.mjs';

export const NOW = Date.parse('2023-11-14T22:13:20.000Z');
export const SECRET = 'keyboard cat';

let callSites = 0;
let latest;

/** Longer than any answer takes: what has none by then hangs. */
const HANGS = 60_000;

/** Plays a scenario and returns the notes. The date stands still unless the scenario moves it. */
export async function play(implementation, scenario) {
  // Mocha leaves behind what takes too long.
  await latest?.close();
  const world = new World(implementation);
  latest = world;
  const deprecated = (warning) => {
    if (warning.namespace === 'express-session') world.note('deprecated', warning.message);
  };
  const uncaught = (thrown) => world.crash(thrown);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught).on('deprecation', deprecated);
  try {
    await scenario(world);
    await world.settle();
    return world.notes();
  } finally {
    process.removeListener('deprecation', deprecated).removeListener('uncaughtException', uncaught);
    for (const other of others) process.on('uncaughtException', other);
    await world.close();
  }
}

export class World {
  #clock = FakeTimers.install({ now: NOW, toFake: ['Date'] });
  #server = [];
  #browser = [];
  #servers = [];
  #stores = [];
  #ids = 0;
  #waiting = 0;

  constructor({ session, part, location }) {
    this.session = session;
    this.part = part;
    this.location = location;
  }

  /** Something the server side saw or did, in order. */
  note(what, detail) {
    this.#server.push([what, detail]);
  }

  /** Something the program can see. */
  see(what, value) {
    this.note(what, look(value));
  }

  /** Moves the date on. */
  pass(milliseconds) {
    this.#clock.setSystemTime(Date.now() + milliseconds);
  }

  /** A store whose calls are noted, and whose texts are compared in the end. */
  store(make = 'memory', spoiled = (store) => store) {
    const made = typeof make === 'function' ? make(this.session) : makes[make](this.session);
    this.#stores.push(made);
    return record(
      spoiled(made),
      (what, detail) => this.note(what, detail),
      (change) => (this.#waiting += change),
    );
  }

  /** The options of a careful program, and those given. Ids count up. */
  options(given = {}) {
    const genid = () => `id-${++this.#ids}`;
    const { cookieOnly, ...rest } = given;
    return {
      secret: SECRET,
      resave: false,
      saveUninitialized: false,
      genid,
      ...rest,
      ...(cookieOnly && { cookie: cookieOnly }),
    };
  }

  /** The middleware, made and called from a place of its own: a warning is given once for each. */
  middleware(options) {
    const url = `\n//# sourceURL=scenario-${++callSites}.js`;
    const session = new Function('session', 'options', `return session(options);${url}`)(this.session, options);
    return new Function('session', `return (req, res, next) => session(req, res, next);${url}`)(session);
  }

  /** An Express program with the middleware in front of `handler`. */
  app(given, handler = (req, res) => res.end('ok'), { before = [], settings = {} } = {}) {
    const app = express();
    for (const [name, value] of Object.entries(settings)) app.set(name, value);
    app.use(...before, this.middleware(this.options(given)));
    app.use(handler);
    return this.listen(this.catching(app));
  }

  /** Adds what a program has last: it notes errors, and says them while it still can. */
  catching(app) {
    // Express says on standard error what nobody catches, unless this is a test.
    app.set('env', 'test');
    app.use((failure, req, res, next) => this.failed(failure, req, res));
    return app;
  }

  failed(failure, req, res) {
    this.note('error', { ...error(failure), late: res.headersSent, ended: res.writableEnded });
    if (!res.headersSent) res.statusCode = failure.status ?? 500;
    if (res.writableEnded) return;
    const said = attempt(() => res.end(res.headersSent ? '' : `error: ${failure.message}`));
    // Where the response was ended before, or cannot end, the browser would wait for ever.
    if (said.returned === false || said.threw) req.socket.destroy();
    if (said.threw) this.note('again', said);
  }

  /** Where a program would come to its end, its browsers are cut off. */
  crash(thrown) {
    this.note('uncaught', error(thrown));
    for (const server of this.#servers) server.closeAllConnections();
  }

  /** Node's own server, without Express. */
  bare(given, handler = (req, res) => res.end('ok')) {
    const middleware = this.middleware(this.options(given));
    return this.listen((req, res) => {
      middleware(req, res, (failure) => {
        if (failure) this.failed(failure, req, res);
        else handler(req, res);
      });
    });
  }

  /** A server on a free port. A program refers to it by what is returned here. */
  async listen(listener) {
    const server = http.createServer(listener).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    return server;
  }

  /** Sends a request, and notes the whole answer, when the server is done with it. */
  async visit(app, path = '/', { method = 'GET', cookie, headers = {}, body } = {}) {
    const request = supertest(await app)
      [method.toLowerCase()](path)
      .redirects(0)
      .timeout(HANGS)
      .buffer(true)
      .parse(bytes);
    for (const [name, value] of Object.entries({ ...headers, ...(cookie !== undefined && { cookie }) }))
      request.set(name, value);
    const answer = await request
      .send(body)
      .ok(() => true)
      .catch((failure) => ({ failure }));
    await this.settle();
    const { failure, status } = answer;
    if (failure) this.#browser.push([method, path, { failed: failure.code ?? failure.message }]);
    else this.#browser.push([method, path, status, answer.res.statusMessage, headersOf(answer.res), textOf(answer)]);
    return { status, setCookie: answer.headers?.['set-cookie'] ?? [], text: failure ? undefined : textOf(answer) };
  }

  /** Visits one after the other, each with the session cookie that the browser has by then. */
  async browse(app, ...visits) {
    let cookie;
    let answer;
    for (const visit of visits) {
      const { path = '/', pass = 0, ...rest } = typeof visit === 'string' ? { path: visit } : visit;
      this.pass(pass);
      answer = await this.visit(app, path, { cookie, ...rest });
      cookie = cookieOf(answer) ?? cookie;
    }
    return { ...answer, cookie };
  }

  /** Sends bytes on a connection of its own, and notes the bytes that come back until it ends. */
  async raw(app, text) {
    const { port } = (await app).address();
    const socket = net.connect(port, '127.0.0.1');
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
    socket.write(Buffer.from(text, 'latin1'));
    await once(socket, 'close');
    const answer = Buffer.concat(chunks)
      .toString('latin1')
      .replaceAll(/^Date: .*\r\n/gm, '');
    this.#browser.push(['raw', answer]);
    return answer;
  }

  /**
   * Lets the stores answer, and what was put off come to its turn.
   * A store that never answers is not waited for long.
   */
  async settle() {
    for (let left = 100; left > 0 && this.#waiting > 0; left--) await sleep(1);
    for (let left = 8; left > 0; left--) await turn();
  }

  notes() {
    const contents = this.#stores.map((store) => ({ ...store.sessions }));
    return { browser: this.#browser, server: this.#server, contents };
  }

  async close() {
    this.#clock.uninstall();
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  }
}

/** `name=value` of the last Set-Cookie. */
export function cookieOf({ setCookie }) {
  return setCookie.at(-1)?.split(';')[0];
}

/** An answer to HEAD has no body. */
function textOf({ body }) {
  return Buffer.isBuffer(body) ? body.toString('latin1') : '';
}

function bytes(response, callback) {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.on('end', () => callback(null, Buffer.concat(chunks)));
}

/** Names as spelled and in order; without the date, which is not the implementation's. */
function headersOf({ rawHeaders }) {
  const pairs = [];
  for (let at = 0; at < rawHeaders.length; at += 2) pairs.push([rawHeaders[at], rawHeaders[at + 1]]);
  return pairs.filter(([name]) => name !== 'Date');
}
