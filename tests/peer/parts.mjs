// The parts of the test. FAULT is what an app sees to whom the end of sessions matters and that does nothing for it.

import { readFile } from 'node:fs/promises';
import { IDLE, until } from './app.mjs';
import { endSessions, ttlUntilEnd } from './limits.mjs';

export const all = [
  expiresSlides,
  maxAgeSlides,
  (part) => middlewareEndsInMemory(part),
  ownTtlSlides,
  (part) => ttlEnds(part),
  ttlLeavesEndless,
  ceilSlides,
  middlewareEndsInRedis,
  saveKeeps,
  touchMoves,
  readmeQuotes,
];

async function expiresSlides(part) {
  part.title = "MemoryStore, the document's `expires` is its end";
  const [app, store] = await part.onMemory();
  const end = Date.now() + 1500;
  for (const id of ['used', 'unused']) await store.put(id, document(end, { expires: end }));
  part.check('before its end a request finds it', await part.by(end, app.has('used')), true);
  const { cookie } = JSON.parse(await store.text('used'));
  part.check('FAULT: its touch moved `expires` past the end', Date.parse(cookie.expires) > end, true);
  await until(end + 100);
  part.check('FAULT: it lives past the end', await app.has('used'), true);
  part.check('(one that nobody used does not)', await app.has('unused'), false);
}

async function maxAgeSlides(part) {
  part.title = "MemoryStore, the document's `originalMaxAge` is what was left, and `expires` its end";
  const [app, store] = await part.onMemory();
  const end = Date.now() + 2000;
  for (const id of ['used', 'unused']) await store.put(id, document(end, { expires: end, originalMaxAge: 2000 }));
  await until(end - 1000);
  part.check('before its end a request finds it', await part.by(end, app.has('used')), true);
  await until(end + 100);
  part.check('FAULT: it lives past the end', await part.by(end + 900, app.has('used')), true);
  part.check('(one that nobody used does not)', await app.has('unused'), false);
}

export async function middlewareEndsInMemory(part, middlewares = { behind: [endSessions] }) {
  part.title = 'MemoryStore, with the middleware';
  await middlewareEnds(part, ...(await part.onMemory(middlewares)));
}

async function middlewareEndsInRedis(part) {
  part.title = 'connect-redis with its own ttl, with the middleware';
  await middlewareEnds(part, ...(await part.onRedis(undefined, { behind: [endSessions] })));
}

async function middlewareEnds(part, app, store) {
  const end = Date.now() + 1500;
  const ids = ['touched', 'saved', 'late'];
  for (const id of ids) await store.put(id, document(end), IDLE);
  await store.put('endless', document(undefined), IDLE);
  part.check('before its end a request finds it', await part.by(end, app.has('touched')), true);
  const saved = await part.by(end, app.visit('saved', '/count'));
  part.check('and one that saves', [saved.id, saved.data.count], ['saved', 1]);

  // It is given the session now, and saves it when that has ended and another request was refused.
  const late = part.begin(app.visit('late', `/count?at=${end + 500}`));
  await until(end);
  for (const id of ids) {
    const seen = await part.by(end + 500, app.visit(id));
    part.check(`at its end it is gone: ${id}`, [seen.id === id, seen.data], [false, {}]);
    part.check('the browser is given the cookie of another', seen.setCookie.length, 1);
    part.check('and the store no longer has it', await part.by(end + 500, store.text(id)), null);
  }
  const seen = await late;
  part.inTime(seen.began, end);
  part.check('a request from before the end still has it', seen.id, 'late');
  part.check('and puts it back into the store', (await store.text('late')) === null, false);
  part.check('where the next one does not find it', await app.has('late'), false);
  part.check('and from where it is gone again', await store.text('late'), null);
  part.check('one without an end is left alone', await app.has('endless'), true);
}

async function ownTtlSlides(part) {
  part.title = 'connect-redis with its own ttl';
  const [app, store] = await part.onRedis();
  const end = Date.now() + 1500;
  const paths = { touched: '/', saved: '/count' };
  for (const id in paths) {
    await store.put(id, document(end, { expires: end }), end - Date.now());
    part.check(`before its end a request finds it: ${id}`, (await part.by(end, app.visit(id, paths[id]))).id, id);
    part.check('FAULT: Redis is to keep it past the end', (await store.endOf(id)) > end, true);
  }
  await until(end + 100);
  for (const id in paths) part.check(`FAULT: it lives past the end: ${id}`, await app.has(id), true);
}

export async function ttlEnds(part, ttl = ttlUntilEnd(IDLE)) {
  part.title = 'connect-redis with the ttl until the end';
  const [app, store] = await part.onRedis(ttl);
  const end = Date.now() + 2000;
  const paths = { touched: '/', saved: '/count', 'last touched': '/', 'last saved': '/count' };
  for (const id of [...Object.keys(paths), 'late']) await store.put(id, document(end), end - Date.now());

  await until(end - 1500);
  for (const id of ['touched', 'saved']) {
    const seen = await part.by(end - 1000, app.visit(id, paths[id]));
    part.check(`before its end a request finds it: ${id}`, seen.id, id);
    const ends = await part.by(end - 1000, store.endOf(id));
    part.check('Redis is to drop it no later than at the end', ends <= end, true);
    part.check('and no sooner than a second before', ends > end - 1000, true);
  }

  // Now the ttl is 0.
  await until(end - 900);
  for (const id of ['last touched', 'last saved']) {
    part.check(`in its last second a request finds it: ${id}`, (await part.by(end, app.visit(id, paths[id]))).id, id);
    part.check('and with that it is gone', await part.by(end, store.text(id)), null);
  }
  const late = part.begin(app.visit('late', `/count?at=${end + 500}`));

  await until(end);
  for (const id of ['touched', 'saved']) {
    const seen = await app.visit(id, paths[id]);
    part.check(`at its end it is gone: ${id}`, [seen.id === id, seen.data.user], [false, undefined]);
  }
  const seen = await late;
  part.inTime(seen.began, end);
  part.check('a request from before the end still has it', seen.id, 'late');
  part.check('but does not put it back into Redis', await store.text('late'), null);
}

async function ttlLeavesEndless(part) {
  part.title = 'The ttl of a session without an end';
  const [app, store] = await part.onRedis(ttlUntilEnd(IDLE));
  await store.put('used', document(undefined), 5000);
  part.check('a request finds it', await app.has('used'), true);
  const left = (await store.endOf('used')) - Date.now();
  part.check('is the idle time', left > IDLE / 2 && left <= IDLE, true);
}

async function ceilSlides(part) {
  part.title = 'connect-redis with the ttl until the end, but rounded up';
  const [app, store] = await part.onRedis((session) => Math.ceil((session.sessionCore.end - Date.now()) / 1000));
  const end = Date.now() + 1300;
  await store.put('touched', document(end), end - Date.now());
  await until(end - 300);
  part.check('before its end a request finds it', await part.by(end - 100, app.has('touched')), true);
  part.check('FAULT: Redis is to keep it past the end', (await store.endOf('touched')) > end, true);
  await until(end + 50);
  part.check('FAULT: it lives past the end', await part.by(end + 600, app.has('touched')), true);
}

async function saveKeeps(part) {
  part.title = 'What a save by Express keeps';
  const all = { MemoryStore: await part.onMemory(), 'connect-redis': await part.onRedis() };
  for (const [name, [app, store]] of Object.entries(all)) {
    const before = document(Date.now() + IDLE, { unknown: 1 });
    await store.put('used', before, IDLE);
    await app.visit('used', '/count');
    const after = await store.text('used');
    part.check(`${name}: it saved`, JSON.parse(after).count, 1);
    part.check('`sessionCore` is as it was, letter for letter', reserved(after), reserved(before));
    part.check('an unknown field inside `cookie` is lost', JSON.parse(after).cookie.unknown, undefined);
    await store.put('used', before.replace('"epoch":0', '"epoch":9007199254740993'), IDLE);
    await app.visit('used', '/count');
    const [, epoch] = (await store.text('used')).match(/"epoch":(\d+)/);
    part.check('an integer above 2^53 is rounded', epoch, '9007199254740992');
  }
}

async function touchMoves(part) {
  part.title = 'What a touch by connect-redis moves';
  const [app, store] = await part.onRedis();
  const before = document(undefined, { expires: Date.now() + 5000 });
  await store.put('used', before, 5000);
  part.check('a request finds it', await app.has('used'), true);
  part.check('the document is as it was, and with it `expires`', await store.text('used'), before);
  part.check('the end that Redis has for it moved on', (await store.endOf('used')) > Date.now() + IDLE / 2, true);
  await store.put('stale', document(undefined, { expires: Date.now() - 5000 }), 5000);
  part.check('an `expires` in the past ends nothing', await app.has('stale'), true);
}

async function readmeQuotes(part) {
  part.title = 'README.md';
  const [readme, limits] = await Promise.all(['README.md', 'limits.mjs'].map(read));
  const blocks = [...readme.matchAll(/^```js\n(export .*?)^```$/gms)].map(([, block]) => block);
  part.check('it has what is to be copied as it ran here', blocks.map((block) => limits.includes(block)), [true, true]);
}

/** What session-core stores, of a session that ends at `end`, if it has an end. */
function document(end, { expires = Date.now() + IDLE, originalMaxAge = IDLE, ...others } = {}) {
  const cookie = { originalMaxAge, expires: new Date(expires).toISOString(), httpOnly: true, path: '/', ...others };
  const created = Date.now();
  const sessionCore = { v: 1, created, login: created, end, epoch: 0, principal: 'ada' };
  return JSON.stringify({ cookie, sessionCore, user: 'ada' });
}

function read(name) {
  return readFile(`${import.meta.dirname}/${name}`, 'utf8');
}

function reserved(text) {
  return text.match(/"sessionCore":\{[^}]*\}/)[0];
}
