// express-session's functions on the paths that session-core is measured on, for the program `peers`, which starts this.
//
// The first line of the input is JSON with the inputs; each further line asks for one round, and is answered with a line. At
// the end of the input the shortest times are printed, in ns.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const session = require('express-session');
const { getcookie, setcookie, unsigncookie, generateSessionId } = internals();

// What its module keeps to itself, of the same file.
function internals() {
  const file = require.resolve('express-session');
  const module = new Module(file);
  module.filename = file;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  const names = 'getcookie, setcookie, unsigncookie, generateSessionId';
  module._compile(`${readFileSync(file, 'utf8')}\nmodule.exports = { ${names} };`, file);
  return module.exports;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { secret, name, id, value, headers, exchange, expires, maxAge, document } = JSON.parse((await lines.next()).value);

// So long runs a case in one round, in ms: node's clock is coarser than Rust's.
const ROUND = 0.2;
let kept;
const cases = [];

function add(path, run) {
  cases.push({ path, run, repeat: 1, shortest: Infinity });
}

add('verify `sid.mac`', () => unsigncookie(value, [secret]));
check(unsigncookie(value, [secret]) === id, 'the value is not verified');
for (const { path, header, found } of headers) {
  const request = { headers: { cookie: header } };
  check(getcookie(request, name, [secret]) === (found ? id : undefined), path);
  add(path, () => getcookie(request, name, [secret]));
}
const options = { path: '/', expires: new Date(expires), httpOnly: true, secure: true, sameSite: 'lax' };
const response = { getHeader: () => undefined, setHeader: (_, lines) => (kept = lines) };
add('id to signed Set-Cookie', () => setcookie(response, name, id, secret, options));
add('new id from ChaCha20', () => generateSessionId());
const record = JSON.parse(document);
check(JSON.stringify(record) === document, 'the document');
add('record to JSON', () => JSON.stringify(record));
add('record from JSON', () => JSON.parse(document));
for (const [path, change] of [['exchange, read only', false], ['exchange, changed', true]]) {
  cases.push({ path, exchange: await middleware(change), repeat: 1, shortest: Infinity });
}

// A whole request through the middleware, with the store in memory that express-session has, of 64 sessions.
async function middleware(change) {
  const store = new session.MemoryStore();
  const handle = session({
    secret, name, store, resave: false, rolling: true, saveUninitialized: true, proxy: true,
    cookie: { maxAge, secure: 'auto', sameSite: 'lax' },
  });
  const stored = (key) => store.sessions[key] = JSON.stringify({
    cookie: { originalMaxAge: maxAge, expires: new Date(Date.now() + 1e9), httpOnly: true, path: '/' }, user: null, views: 0,
  });
  for (let i = 0; i < 64; i++) stored(i === 32 ? id : `${i}`.padStart(32, 'x'));
  const run = (done) => {
    const request = {
      headers: { cookie: exchange, 'x-forwarded-proto': 'https' }, method: 'GET', url: '/cart', originalUrl: '/cart',
      httpVersionMajor: 1, httpVersionMinor: 1, connection: {}, socket: {},
    };
    const answer = new http.ServerResponse(request);
    const { end } = answer;
    answer.end = function (...rest) {
      const ended = end.apply(this, rest);
      done(answer);
      return ended;
    };
    handle(request, answer, () => {
      if (change) request.session.views++;
      answer.end();
    });
  };
  const answer = await new Promise(run);
  check(`${answer.getHeader('set-cookie')}`.startsWith(`${name}=s%3A${id}.`), 'no cookie was sent');
  return run;
}

async function time(one) {
  const { run, exchange, repeat } = one;
  const start = performance.now();
  if (exchange) {
    for (let i = 0; i < repeat; i++) await new Promise(exchange);
  } else {
    for (let i = 0; i < repeat; i++) kept = run();
  }
  return performance.now() - start;
}

function check(is, what) {
  if (!is) throw new Error(`${what} is wrong`);
}

// Until the compiler of Node has seen what is called how.
for (const one of cases) {
  const until = performance.now() + 100;
  while (performance.now() < until) await time(one);
  while (Math.min(await time(one), await time(one), await time(one)) < ROUND && one.repeat < 1 << 20) one.repeat *= 2;
}
console.log('ready');

for (;;) {
  const { done } = await lines.next();
  if (done) break;
  for (const one of cases) one.shortest = Math.min(one.shortest, ((await time(one)) * 1e6) / one.repeat);
  console.log('done');
}
console.log(JSON.stringify(Object.fromEntries(cases.map(({ path, shortest }) => [path, shortest]))));
