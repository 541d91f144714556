// Who is logged in: over a cluster, for those who may know, without using or naming a session.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../client.mjs';
import { Cluster, actix, axum, express } from '../programs.mjs';

const SESSIONS = 30;

describe('who is logged in', () => {
  let cluster, app, programs, admin, users;
  before(async () => {
    cluster = await new Cluster().start();
    const env = { PORT: '0', REDIS_URLS: cluster.urls, SECRETS: 'a secret that is long enough for both presets' };
    const origins = { PRESENCE_ORIGINS: 'https://shop.example,https://news.example:8443' };
    [app, ...programs] = await Promise.all([express(env), axum({ ...env, ...origins }), actix({ ...env, ...origins })]);
    [admin, ...users] = Array.from({ length: SESSIONS }, () => new Client());
    await admin.logIn(programs[0], 'admin');
    for (const [number, user] of users.entries()) {
      await user.logIn([app, ...programs][number % 3], `user ${String(number).padStart(2, '0')}`);
    }
    // What is no session of anybody is not listed.
    await cluster.command('SET', 'sess:garbage', 'garbage');
    await cluster.command('SET', 'presence:other', 'x');
  });
  after(async () => {
    await Promise.all([app, ...(programs ?? [])].map((program) => program?.stop()));
    await cluster?.stop();
  });

  const listed = async (program, client = admin) => JSON.parse((await client.get(program, '/api/online')).text);

  test('all are listed once, from every node, by handles and not by ids', async () => {
    const counts = await Promise.all(cluster.nodes.map((node) => node.command('DBSIZE')));
    assert.ok(counts.every((count) => Number(count) > 0), `a node has no key: ${counts}`);
    for (const program of programs) {
      const online = await listed(program);
      const names = ['admin', ...users.map((_, number) => `user ${String(number).padStart(2, '0')}`)];
      assert.deepEqual(online.map(({ user }) => user).toSorted(), names);
      assert.equal(new Set(online.map(({ handle }) => handle)).size, SESSIONS);
      const { text } = await admin.get(program, '/online');
      for (const { id } of [admin, ...users]) {
        assert.ok(id !== '' && !JSON.stringify(online).includes(id) && !text.includes(id));
      }
      assert.ok(text.includes('user 00'));
    }
  });

  test('to list them uses none of them', async () => {
    const ends = () => Promise.all(users.map(({ id }) => cluster.command('PEXPIRETIME', `sess:${id}`)));
    const before = await ends();
    for (const program of programs) await listed(program);
    assert.deepEqual(await ends(), before);
  });

  test('it is for those who may know', async () => {
    for (const program of programs) {
      for (const [client, status] of [[new Client(), 401], [users[0], 403]]) {
        for (const answer of [await client.get(program, '/api/online'), await client.post(program, '/online/end', { handle: 'x' })]) {
          assert.equal(answer.status, status);
          assert.ok(!answer.text.includes('user 01'));
        }
      }
    }
  });

  test('one is ended by its handle', async () => {
    for (const [number, program] of programs.entries()) {
      const { handle } = (await listed(program)).find(({ user }) => user === `user 0${number}`);
      // A handle of nobody ends nothing.
      assert.equal((await admin.post(program, '/online/end', { handle: handle.toLowerCase() })).status, 303);
      assert.equal(await users[number].user(app), `user 0${number}`);
      assert.equal((await admin.post(program, '/online/end', { handle })).status, 303);
      for (const other of [app, ...programs]) assert.equal(await users[number].user(other), null, other.name);
      assert.equal((await listed(program)).length, SESSIONS - 1 - number);
    }
  });

  test('a form of another site ends nothing', async () => {
    const cookie = `connect.sid=${admin.cookies.get('connect.sid')}`;
    for (const program of programs) {
      const [{ handle }] = (await listed(program)).filter(({ user }) => user === 'user 09');
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, {}]) {
        const body = new URLSearchParams({ handle });
        const { status } = await fetch(new URL('/online/end', program.url), { method: 'POST', body, headers: { ...headers, cookie } });
        assert.equal(status, 403, JSON.stringify(headers));
      }
      assert.equal(await users[9].user(app), 'user 09');
    }
  });

  test('another site is told one bit, if it is one of those that may ask', async () => {
    for (const program of programs) {
      const user = new Client();
      await user.logIn(program, 'eve');
      const { id } = user;
      const ask = async (origin, cookies) => {
        const headers = { ...(origin && { origin }), cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
        return fetch(new URL('/presence', program.url), { headers });
      };
      const presence = [...user.cookies].filter(([name]) => name === 'presence');
      assert.equal(presence.length, 1);
      const end = await cluster.command('PEXPIRETIME', `sess:${id}`);

      const answer = await ask('https://shop.example', presence);
      assert.deepEqual([answer.status, await answer.json()], [200, { loggedIn: true }]);
      assert.equal(answer.headers.get('access-control-allow-origin'), 'https://shop.example');
      assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
      assert.match(answer.headers.get('vary'), /origin/i);
      assert.match(answer.headers.get('cache-control'), /no-store/);
      assert.deepEqual(answer.headers.getSetCookie(), []);
      assert.equal(await cluster.command('PEXPIRETIME', `sess:${id}`), end, 'to ask is no use of the session');

      // The session's own cookie answers nothing here, and the presence cookie opens nothing elsewhere.
      const session = [...user.cookies].filter(([name]) => name === 'connect.sid');
      assert.deepEqual(await (await ask('https://shop.example', session)).json(), { loggedIn: false });
      assert.equal(await new Client(presence).user(program), null);
      assert.equal(await new Client([['connect.sid', presence[0][1]]]).user(program), null);

      for (const origin of ['https://news.example', 'http://shop.example', 'https://shop.example.evil.example', 'null']) {
        const refused = await ask(origin, presence);
        assert.equal(refused.status, 403, origin);
        assert.equal(refused.headers.get('access-control-allow-origin'), null);
      }
      await user.logOut(app);
      assert.deepEqual(await (await ask('https://news.example:8443', presence)).json(), { loggedIn: false });
    }
  });
});
