// What two programs that write one session at once can do to each other: nothing, if both are ours under `recommended`; an
// Express peer writes blindly, and what that costs is shown here and not hidden.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { Client } from '../client.mjs';
import { Redis, actix, axum } from '../programs.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 20);

describe('two programs that write one session at once (recommended)', () => {
  let redis, client, programs, slow;
  before(async () => {
    redis = await new Redis().start();
    const SECRETS = 'a secret that is long enough for both presets';
    programs = await Promise.all([axum, actix].map((start) => start({ PORT: '0', REDIS_URLS: redis.urls, SECRETS })));
    client = await createClient({ url: redis.urls }).on('error', () => {}).connect();
    // A request of an Express app, in its two steps: what its middleware does at the beginning, and at the end.
    const store = new RedisStore({ client });
    slow = { begin: promisify(store.get.bind(store)), end: promisify(store.set.bind(store)) };
  });
  after(async () => {
    client?.destroy();
    await Promise.all((programs ?? []).map((program) => program.stop()));
    await redis?.stop();
  });

  const stored = async (browser) => JSON.parse((await redis.command('GET', `sess:${browser.id}`)) || 'null');

  test('axum and actix: every view that was answered is counted, and who came second is told', async () => {
    const browser = new Client();
    await browser.logIn(programs[0], 'ada');
    let [counted, told] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await Promise.all([...programs, ...programs].map((program) => browser.twin().get(program)));
      for (const { status } of answers) {
        assert.ok(status === 200 || status === 409, String(status));
        if (status === 200) counted += 1;
        else told += 1;
      }
    }
    assert.equal((await stored(browser)).views, counted);
    assert.ok(counted >= ROUNDS && told > 0, `${counted} counted, ${told} told`);
  });

  test('axum and actix: a session that was ended stays so, whatever is under way', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const browser = new Client();
      await browser.logIn(programs[round % 2], 'ada');
      const views = programs.map((program) => browser.twin().get(program));
      const ended = browser.twin().post(programs[(round + 1) % 2], '/logout');
      const { status } = await ended;
      await Promise.all(views);
      // A logout never waits for a revision, so nothing can come before it but a failure.
      assert.equal(status, 303);
      assert.equal(await stored(browser), null);
      for (const program of programs) assert.equal(await browser.user(program), null, program.name);
    }
  });

  test('an Express peer brings a session back that was ended while its request was under way', async () => {
    const browser = new Client();
    await browser.logIn(programs[0], 'ada');
    const thief = browser.twin();
    const session = await slow.begin(browser.id);
    await browser.logOut(programs[1]);
    assert.equal(await thief.user(programs[0]), null);
    await slow.end(thief.id, { ...session, cart: [1] });
    assert.equal(await thief.user(programs[0]), 'ada', 'revived: this is what SECURITY.md says');
  });

  test('an Express peer writes over what was stored since it began, and nobody hears of it', async () => {
    const browser = new Client();
    await browser.logIn(programs[0], 'ada');
    const session = await slow.begin(browser.id);
    assert.equal((await browser.get(programs[0])).status, 200);
    await slow.end(browser.id, { ...session, cart: [1] });
    const { views = 0, cart } = await stored(browser);
    assert.deepEqual([views, cart], [0, [1]], 'the view is lost');
  });

  test('but what an Express peer has written is not lost: a request of ours under way then is told', async () => {
    const browser = new Client();
    await browser.logIn(programs[0], 'ada');
    let told = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const session = await slow.begin(browser.id);
      const [{ status }] = await Promise.all([
        browser.twin().get(programs[round % 2]),
        slow.end(browser.id, { ...session, cart: [round] }),
      ]);
      if (status === 409) told += 1;
      else assert.equal(status, 200);
      // Whichever came first, the peer's write is there, since ours either saw it or was refused.
      assert.deepEqual((await stored(browser)).cart, [round]);
    }
    assert.ok(told <= ROUNDS);
  });
});
