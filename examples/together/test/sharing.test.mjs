// Express, axum and actix on one Redis, and on a cluster: each under both presets.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../client.mjs';
import { Cluster, Redis, actix, axum, express, until } from '../programs.mjs';

const [OLD, NEW] = ['a secret that is long enough for both presets', 'another one of which the very same can be said'];
const together = (env) => Promise.all([express(env), axum(env), actix(env)]);
const pairs = (programs) => programs.flatMap((one) => programs.filter((other) => other !== one).map((other) => [one, other]));

for (const PRESET of ['express', 'recommended']) {
  for (const Store of [Redis, Cluster]) {
    describe(`${PRESET} on ${Store === Redis ? 'one Redis' : 'a cluster of three'}`, () => {
      let redis, env, programs;
      before(async () => {
        redis = await new Store().start();
        env = { PORT: '0', REDIS_URLS: redis.urls, PRESET, SECRETS: OLD };
        programs = await together(env);
      });
      after(async () => {
        await Promise.all((programs ?? []).map((program) => program.stop()));
        await redis?.stop();
      });

      test('a login in one is seen in the others, and what each adds', async () => {
        for (const [one, other] of pairs(programs)) {
          const browser = new Client();
          assert.equal(await browser.user(one), null);
          await browser.logIn(one, 'ada');
          for (const program of programs) assert.equal(await browser.user(program), 'ada', program.name);
          for (const [number, program] of [one, other, one].entries()) {
            const { text } = await browser.get(program);
            assert.match(text, new RegExp(`been here <strong>${number + 1}</strong> time`), `${one.name}, ${other.name}`);
          }
        }
      });

      test('a logout in one ends it in all, for those too who kept the cookie', async () => {
        for (const [one, other] of pairs(programs)) {
          const browser = new Client();
          await browser.logIn(one, 'ada');
          const thief = browser.twin();
          await browser.logOut(other);
          for (const program of programs) {
            assert.equal(await browser.user(program), null, program.name);
            assert.equal(await thief.user(program), null, program.name);
          }
          assert.equal(await redis.command('EXISTS', `sess:${thief.id}`), '0');
        }
      });

      test('a login gives another id, and what the old one names is nobody', async () => {
        for (const [one, other] of pairs(programs)) {
          const browser = new Client();
          await browser.logIn(one, 'ada');
          const before = browser.twin();
          await browser.logIn(other, 'bob');
          assert.notEqual(browser.id, before.id);
          for (const program of programs) {
            assert.equal(await browser.user(program), 'bob', program.name);
            assert.equal(await before.user(program), null, program.name);
          }
        }
      });

      test('a cookie with another signature or id is nobody', async () => {
        const [browser, victim] = [new Client(), new Client()];
        await browser.logIn(programs[0], 'ada');
        await victim.logIn(programs[1], 'bob');
        const cookie = browser.cookies.get('connect.sid');
        for (const forged of [cookie.replace(browser.id, victim.id), cookie.slice(0, -1), cookie.replace('s%3A', '')]) {
          for (const program of programs) {
            assert.equal(await new Client([['connect.sid', forged]]).user(program), null, program.name);
          }
        }
        assert.equal(await browser.user(programs[2]), 'ada');
      });

      test('the secret is changed in one after the other, and nobody is logged out', async () => {
        const browsers = await Promise.all(
          programs.map(async (program) => {
            const browser = new Client();
            await browser.logIn(program, 'ada');
            return browser;
          }),
        );
        const changing = await together({ ...env, SECRETS: `${NEW},${OLD}` });
        const changed = await together({ ...env, SECRETS: NEW });
        try {
          for (const [number, browser] of browsers.entries()) {
            const old = browser.twin();
            for (const program of changing) assert.equal(await browser.user(program), 'ada', program.name);
            // A visit that writes: express signs anew since the session changed, recommended since the key is an old one.
            await browser.get(changing[number]);
            assert.equal(browser.id, old.id);
            assert.notEqual(browser.cookies.get('connect.sid'), old.cookies.get('connect.sid'));
            for (const program of changed) {
              assert.equal(await browser.user(program), 'ada', program.name);
              assert.equal(await old.user(program), null, program.name);
            }
          }
        } finally {
          await Promise.all([...changing, ...changed].map((program) => program.stop()));
        }
      });

      test('garbage and documents of others are nobody, stay as they are, and stop no one', async () => {
        const browser = new Client();
        await browser.logIn(programs[0], 'ada');
        const key = `sess:${browser.id}`;
        const left = ['', 'garbage', '{"user":"ada"}', '{"cookie":{"originalMaxAge":"1"},"user":"ada"}', '{'.repeat(10_000)];
        for (const text of left) {
          await redis.command('SET', key, text, 'EX', '100');
          for (const program of programs.slice(1)) {
            assert.equal(await browser.twin().user(program), null, `${program.name}: ${text.slice(0, 50)}`);
            assert.equal(await redis.command('GET', key), text);
          }
        }
        await new Client().logIn(programs[1], 'bob');
      });
    });
  }

  describe(`${PRESET}, time`, () => {
    const IDLE = 4;
    let redis, programs;
    before(async () => {
      redis = await new Redis().start();
      programs = await together({ PORT: '0', REDIS_URLS: redis.urls, PRESET, SECRETS: OLD, IDLE_SECONDS: String(IDLE) });
    });
    after(async () => {
      await Promise.all((programs ?? []).map((program) => program.stop()));
      await redis?.stop();
    });

    test('the key ends, and not the document: a session in use by any of them lives on, and one that is not ends', async () => {
      const browser = new Client();
      await browser.logIn(programs[0], 'ada');
      const began = Date.now();
      const key = `sess:${browser.id}`;
      const document = async () => JSON.parse(await redis.command('GET', key));
      const { expires } = (await document()).cookie;
      const stale = () => Date.now() > Date.parse(expires);
      // Not the front page: that would write the document.
      while (!stale() || Date.now() < began + IDLE * 2000) {
        for (const program of programs) {
          await browser.get(program, '/still');
          await sleep(300);
          const left = Number(await redis.command('PTTL', key));
          assert.ok(left > 0 && left <= (IDLE + 1) * 1000, `${program.name}: ${left}`);
        }
      }
      for (const program of programs) assert.equal(await browser.user(program), 'ada', program.name);

      await until(async () => (await redis.command('EXISTS', key)) === '0', 'the end of the session');
      for (const program of programs) assert.equal(await browser.user(program), null, program.name);
    });
  });

  describe(`${PRESET}, without Redis`, () => {
    let redis, programs;
    before(async () => {
      redis = await new Redis().start();
      programs = await together({ PORT: '0', REDIS_URLS: redis.urls, PRESET, SECRETS: OLD });
    });
    after(async () => {
      await Promise.all((programs ?? []).map((program) => program.stop()));
      await redis?.stop();
    });

    test('they say that they cannot tell, and go on where they were when it is back', async () => {
      const browser = new Client();
      await browser.logIn(programs[1], 'ada');
      const cookies = new Map(browser.cookies);
      await redis.kill();
      for (const program of programs) {
        for (const answer of [await browser.get(program), await browser.get(program, '/api/me'), await browser.post(program, '/logout')]) {
          assert.equal(answer.status, 503, program.name);
          assert.equal(answer.headers.get('retry-after'), '1');
          assert.deepEqual(answer.lines, []);
        }
      }
      await redis.start();
      for (const program of programs) {
        await until(async () => (await browser.get(program, '/api/me')).status === 200, program.name);
        assert.equal(await browser.user(program), 'ada', program.name);
      }
      assert.deepEqual(browser.cookies, cookies);
    });
  });
}
