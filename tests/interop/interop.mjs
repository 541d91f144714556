// Runs the Rust examples and a real Express app side by side and passes cookies and stored documents between them.
//
//   npm ci && node interop.mjs
//
// Every program has its own store. That a program accepts a cookie is seen by the id of the session that it then works
// with: the cookie's id if the signature was good and the store has the session, else a new one. So each refusal is
// looked for while the store does have the session, where nothing but the signature can be the reason.
//
// Prints what it checks. Exit status 1 if something is not so, or takes too long.

import { createHmac } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

const HERE = import.meta.dirname;
const [OLD, NEW] = ['keyboard cat', 'ein geheimes Wort: süß, sauer'];
// The recommended preset wants 32 bytes.
const LONG = 'a secret that is long enough for the recommended preset';
const SECONDS = 30;

const children = [];
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

async function main(examples) {
  const [express, rust, newExpress, newRust, beside, recommended] = await Promise.all([
    start('Express', process.execPath, ['app.mjs'], { SECRETS: OLD }),
    start('Rust', examples.get('interop'), [], { SECRETS: OLD }),
    start('Express with a new secret', process.execPath, ['app.mjs'], { SECRETS: `${NEW}\n${OLD}` }),
    start('Rust with a new secret', examples.get('interop'), [], { SECRETS: `${NEW}\n${OLD}` }),
    start('Express beside it', process.execPath, ['app.mjs'], { SECRETS: LONG }),
    start('Rust with the recommended preset', examples.get('interop'), [], { SECRETS: LONG, PRESET: 'recommended' }),
  ]);
  await shares(express, rust);
  await shares(rust, express);
  await writesAlike(express, rust);
  await refuses(express, rust);
  await rotates(express, newRust, newExpress);
  await rotates(rust, newExpress, newRust);
  await sharesWithRecommended(beside, recommended);
}

async function shares(from, to) {
  title(`A session that begins in ${from.name}`);
  const made = await from.put('/session/user', '"Jürgen 😀"');
  const cookie = cookieOf(made.setCookie);
  const id = idOf(cookie);
  check('its cookie carries its id', made.id, id);
  check(`${to.name} takes over no id that it does not have`, (await to.get('/session', cookie)).id !== id, true);

  await copy(id, from, to);
  const seen = await to.get('/session', cookie);
  check(`${to.name} accepts the cookie`, seen.id, id);
  check('and sees the data', seen.data, { user: 'Jürgen 😀' });
  check('and writes back what it read', await document(to, id), await document(from, id));

  const cart = '[1.50,{"2":1e21,"1":"\\u2028"},null]';
  const changed = await to.put('/session/cart', cart, cookie);
  check('its change is sent under the same cookie', cookieOf(changed.setCookie), cookie);
  await copy(id, to, from);
  const back = await from.get('/session', cookie);
  check(`${from.name} sees what ${to.name} added`, [back.id, back.data], [id, { user: 'Jürgen 😀', cart: JSON.parse(cart) }]);
  check('and writes back what it read', await document(from, id), await document(to, id));

  const text = await from.text(`/store/${id}`);
  await to.put(`/store/${id}`, text.replace(/"expires":"[^"]*"/, '"expires":"2020-01-01T00:00:00.000Z"'));
  check(`${to.name} refuses it when it has expired`, (await to.get('/session', cookie)).id !== id, true);
}

async function writesAlike(one, other) {
  title(`What ${one.name} and ${other.name} write`);
  const [first, second] = [await one.put('/session/a', '1'), await other.put('/session/a', '1')];
  const [line, otherLine] = [attributes(first.setCookie), attributes(second.setCookie)];
  const apart = Date.parse(line.get('Expires')) - Date.parse(otherLine.get('Expires'));
  check('Set-Cookie lines end within 2 seconds of each other', Math.abs(apart) <= 2000, true);
  const withoutEnd = (attributes) => [...attributes].filter(([name]) => name !== 'Expires');
  check('and have the same attributes in the same order', withoutEnd(line), withoutEnd(otherLine));
  check('which are those of the options', [...line.keys()].join(), 'Path,Expires,HttpOnly,SameSite');
  check('ids are of one length', first.id.length, second.id.length);
  check('stored documents are alike', await document(one, first.id), await document(other, second.id));
}

async function refuses(one, other) {
  for (const program of [one, other]) {
    title(`Cookies that ${program.name} refuses, though it has the session`);
    const cookie = cookieOf((await program.put('/session/user', '"ada"')).setCookie);
    const victim = (await program.put('/session/user', '"bob"')).id;
    const id = idOf(cookie);
    const value = decodeURIComponent(cookie);
    const signature = value.slice(value.lastIndexOf('.') + 1);
    check('(the cookie as it was is accepted)', (await program.get('/session', cookie)).id, id);
    const wrong = {
      'one letter of the signature is another': `s:${id}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`,
      "the id is another session's": `s:${victim}.${signature}`,
      'it is signed with another secret': `s:${id}.${sign(id, 'dog')}`,
      'the signature is cut off': `s:${id}.${signature.slice(0, -1)}`,
      'the signature is filled up with =': `s:${id}.${signature}=`,
      'it has no signature': `s:${id}`,
      'it has no s: in front': `${id}.${signature}`,
    };
    for (const [what, tampered] of Object.entries(wrong)) {
      const { id: given, data } = await program.get('/session', encodeURIComponent(tampered));
      check(what, [given !== id && given !== victim, data], [true, {}]);
    }
  }
}

async function rotates(old, taker, other) {
  title(`A cookie from ${old.name} after the secret has changed`);
  const cookie = cookieOf((await old.put('/session/user', '"ada"')).setCookie);
  const id = idOf(cookie);
  await copy(id, old, taker);
  check(`${taker.name} still accepts it`, (await taker.get('/session', cookie)).id, id);
  const resigned = cookieOf((await taker.put('/session/seen', 'true', cookie)).setCookie);
  check('and signs it anew', [idOf(resigned), resigned !== cookie], [id, true]);
  await copy(id, taker, other);
  check(`${other.name} accepts the new cookie`, (await other.get('/session', resigned)).id, id);
  check(`${old.name} does not know the new secret`, (await old.get('/session', resigned)).id !== id, true);
}

async function sharesWithRecommended(express, rust) {
  title(`${rust.name}, and ${express.name}`);
  const { setCookie } = await rust.put('/session/user', '"ada"');
  const cookie = cookieOf(setCookie);
  const id = idOf(cookie);
  check('its cookie ends with the browser', [...attributes(setCookie).keys()].join(), 'Path,HttpOnly,SameSite');
  const born = (await stored(rust, id)).sessionCore;
  check('the document has an end eight hours from its beginning', [born.v, born.end - born.created], [1, 8 * 3_600_000]);

  await copy(id, rust, express);
  check('Express sees what is in it, and that', (await express.get('/session', cookie)).data, { user: 'ada', sessionCore: born });
  await express.put('/session/cart', '[1]', cookie);
  await copy(id, express, rust);
  const back = await rust.get('/session', cookie);
  check('Rust sees what Express added', [back.id, back.data], [id, { user: 'ada', cart: [1] }]);
  check('and the end is what it was', (await stored(rust, id)).sessionCore, born);

  const ended = { ...(await stored(rust, id)), sessionCore: { ...born, end: Date.now() - 1 } };
  for (const program of [rust, express]) await program.put(`/store/${id}`, JSON.stringify(ended));
  check('at its end Rust takes it for none', (await rust.get('/session', cookie)).id !== id, true);
  check('and Express by itself does not', (await express.get('/session', cookie)).id, id);

  const made = await express.put('/session/user', '"bob"');
  const other = cookieOf(made.setCookie);
  await copy(made.id, express, rust);
  check('Rust takes over a session of Express', (await rust.get('/session', other)).data, { user: 'bob' });
  check('and gives it an end', (await stored(rust, made.id)).sessionCore?.end > Date.now(), true);

  const renamed = await rust.request('POST', '/login', { cookie: other, body: 'bob' });
  const login = cookieOf(renamed.setCookie);
  check('a login has another id', idOf(login) !== made.id, true);
  check('and keeps the data', (await rust.get('/session', login)).data, { user: 'bob' });
  check('the old id is none any more', (await rust.get('/session', other)).data, {});
  await copy(idOf(login), rust, express);
  const { principal, login: since, created } = (await express.get('/session', login)).data.sessionCore;
  check('Express can read who it is', [principal, since === created], ['bob', true]);
  await copy(made.id, rust, express);
  check('and finds nobody under the old id', (await express.get('/session', other)).data.user, undefined);
}

async function stored(program, id) {
  return JSON.parse(await program.text(`/store/${id}`));
}

/** The examples' programs by name, built by cargo. */
function build() {
  const names = ['interop'];
  const cargo = ['build', '--all-features', '--message-format=json', ...names.flatMap((name) => ['--example', name])];
  const options = { cwd: `${HERE}/../..`, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] };
  const messages = execFileSync('cargo', cargo, options).split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const built = messages.filter((message) => message.executable && names.includes(message.target.name));
  return new Map(built.map((message) => [message.target.name, message.executable]));
}

/** Starts a program that says its address on a line of stdout. */
async function start(name, command, args, env) {
  const child = spawn(command, args, { cwd: HERE, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const address = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${name} ended by itself with status ${code}`)));
    createInterface(child.stdout).on('line', (line) => {
      const found = line.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    });
  });
  return new Program(name, address);
}

class Program {
  constructor(name, address) {
    this.name = name;
    this.address = address;
  }

  async request(method, path, { cookie, body } = {}) {
    const headers = cookie === undefined ? {} : { cookie: `theme=dark; connect.sid=${cookie}` };
    const response = await fetch(this.address + path, { method, headers, body, redirect: 'manual' });
    const text = await response.text();
    if (response.status >= 400) throw new Error(`${this.name}: ${method} ${path}: ${response.status} ${text}`);
    return { text, setCookie: response.headers.getSetCookie()[0] };
  }

  async get(path, cookie) {
    return JSON.parse((await this.request('GET', path, { cookie })).text);
  }

  async put(path, body, cookie) {
    const { text, setCookie } = await this.request('PUT', path, { cookie, body });
    return { ...(text && JSON.parse(text)), setCookie };
  }

  async text(path) {
    return (await this.request('GET', path)).text;
  }
}

async function copy(id, from, to) {
  await to.put(`/store/${id}`, await from.text(`/store/${id}`));
}

/** A stored document without the date, which every use moves. */
async function document(program, id) {
  return (await program.text(`/store/${id}`)).replace(/"expires":"[^"]*"/, '"expires":""');
}

function cookieOf(setCookie) {
  return setCookie.match(/^connect\.sid=([^;]*)/)[1];
}

function idOf(cookie) {
  return decodeURIComponent(cookie).match(/^s:(.*)\.[^.]*$/)[1];
}

function attributes(setCookie) {
  return new Map(setCookie.split('; ').slice(1).map((attribute) => attribute.split('=')));
}

/** By the definition, so that no program is asked about itself. */
function sign(text, secret) {
  return createHmac('sha256', secret).update(text).digest('base64').replace(/=+$/, '');
}

function title(text) {
  console.log(`${text}:`);
}

function check(what, found, expected) {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}\n  found    ${JSON.stringify(found)}\n  expected ${JSON.stringify(expected)}`);
  }
  console.log(`  ok  ${what}`);
}

function fail(error) {
  console.error(`FAILED: ${error.message}`);
  process.exit(1);
}

const examples = build();
setTimeout(() => fail(new Error(`not done after ${SECONDS} seconds`)), SECONDS * 1000).unref();
try {
  await main(examples);
} catch (error) {
  fail(error);
}
process.exit(0);
