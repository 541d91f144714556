'use strict';

/*
 * What the middleware itself costs, beside the original: fake requests, no sockets and no Express, a store that answers
 * at once. Both run in one process in turns, and what counts is the ratio.
 *
 *     npm run bench [-- turns]
 */

const ours = require('.');
const original = require('original-express-session');

const TURNS = Number(process.argv[2]) || 40;
const BATCH = 2_000;
const SECRET = 'keyboard cat';

class Response {
  headers = {};
  statusCode = 200;
  _header = null;

  getHeader(name) { return this.headers[name.toLowerCase()]; }
  setHeader(name, value) { this.headers[name.toLowerCase()] = value; }
  _implicitHeader() { this.writeHead(this.statusCode); }
  writeHead() { this._header = 'written'; return this; }
  write() { return true; }
  end() {
    if (!this._header) this._implicitHeader();
    return this;
  }
}

/** A store that keeps JSON, as Redis does, and answers at once. */
function storeOf(session) {
  return new (class extends session.Store {
    documents = new Map();

    get(id, fn) {
      const text = this.documents.get(id);
      fn(null, text && JSON.parse(text));
    }
    set(id, value, fn) {
      this.documents.set(id, JSON.stringify(value));
      fn();
    }
    touch(id, value, fn) { fn(); }
    destroy(id, fn) {
      this.documents.delete(id);
      fn();
    }
  })();
}

const thing = (_, i) => ({ id: i, name: `a thing of number ${i}`, price: 9.5 * i, tags: ['a', 'b'] });
const cart = Array.from({ length: 20 }, thing);
const OPTIONS = { secret: SECRET, resave: false, saveUninitialized: false };
const browser = '_ga=GA1.2.1234567890.1600000000; theme=dark; lang=en';

const SCENES = [
  ['no cookie, nothing stored', {}, undefined, () => {}],
  ['no cookie, login', {}, undefined, (req) => { req.session.user = 'ada'; }],
  ['forged cookie', {}, 'forged', () => {}],
  ['session found, unchanged', {}, { user: 'ada' }, () => {}],
  ['session found, changed', {}, { user: 'ada', views: 1 }, (req) => { req.session.views += 1; }],
  ['rolling with maxAge, unchanged', { rolling: true, cookie: { maxAge: 60_000 } }, { user: 'ada' }, () => {}],
  ['1.5 kB of data, unchanged', {}, { user: 'ada', cart }, () => {}],
  ['1.5 kB, changed', {}, { user: 'ada', views: 1, cart }, (req) => { req.session.views += 1; }],
];

function sceneOf(session, [, options, stored, handler]) {
  const store = storeOf(session);
  const middleware = session({ ...OPTIONS, ...options, store });
  let cookie = browser;
  if (stored === 'forged') cookie += `; connect.sid=s%3A${'A'.repeat(32)}.${'B'.repeat(43)}`;
  else if (stored) {
    const res = respond(middleware, browser, (req) => Object.assign(req.session, stored));
    cookie += `; ${res.headers['set-cookie'][0].split(';')[0]}`;
  }
  return () => respond(middleware, cookie, handler);
}

function respond(middleware, cookie, handler) {
  const req = { method: 'GET', url: '/', originalUrl: '/', headers: { cookie }, connection: {} };
  const res = new Response();
  middleware(req, res, (err) => {
    if (err) throw err;
    handler(req);
    res.end('hello');
  });
  return res;
}

/** In processor time, so that what else the machine does counts less. */
function time(run) {
  const begin = process.cpuUsage();
  for (let i = 0; i < BATCH; i += 1) run();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / BATCH;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

console.log(`µs of processor time a request, median of ${TURNS} turns of ${BATCH}; Node ${process.version}`);
for (const scene of SCENES) {
  const runs = [sceneOf(original, scene), sceneOf(ours, scene)];
  const times = [[], []];
  for (let turn = -5; turn < TURNS; turn += 1) {
    runs.forEach((run, which) => {
      const taken = time(run);
      if (turn >= 0) times[which].push(taken);
    });
  }
  const [theirs, mine] = times.map(median);
  console.log(
    `${scene[0].padEnd(32)} original ${theirs.toFixed(2).padStart(6)}  this ${mine.toFixed(2).padStart(6)}  ` +
      `ratio ${(mine / theirs).toFixed(2)}`,
  );
}
