// In Chromium: one login for three programs, and what another site learns of it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from '../browser.mjs';
import { Redis, actix, axum, express } from '../programs.mjs';

const SECRETS = 'a secret that is long enough for both presets';

describe('in a browser', () => {
  let redis, programs, elsewhere, browser;
  before(async () => {
    redis = await new Redis().start();
    // Another site: for a browser `localhost` and `127.0.0.1` are as far from each other as any two names.
    const page = '<!doctype html><title>elsewhere</title>';
    elsewhere = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page)).listen(0, 'localhost');
    await once(elsewhere, 'listening');
    elsewhere.origin = `http://localhost:${elsewhere.address().port}`;
    const env = { PORT: '0', REDIS_URLS: redis.urls, SECRETS, PRESENCE_ORIGINS: elsewhere.origin };
    const partitioned = { ...env, PRESENCE_COOKIE: 'partitioned' };
    programs = await Promise.all([express(env), axum(env), actix(env), axum(partitioned)]);
  });
  after(async () => {
    await browser?.close();
    elsewhere?.close();
    await Promise.all((programs ?? []).map((program) => program.stop()));
    await redis?.stop();
  });

  const logIn = async (program, name) => {
    await browser.page.goto(program.url);
    await browser.page.fill('form[action="/login"] input[name="name"]', name);
    await submit('form[action="/login"]');
  };
  const logOut = async (program) => {
    await browser.page.goto(program.url);
    await submit('form[action="/logout"]');
  };
  const submit = (form) => Promise.all([browser.page.waitForNavigation(), browser.page.click(`${form} button`)]);
  const text = async (program) => {
    await browser.page.goto(program.url);
    return browser.page.innerText('body');
  };

  test('who logs in with Express is greeted by axum on another port, and logs out with actix', async () => {
    const [first, second, third] = programs;
    browser = await openBrowser();
    try {
      await logIn(first, 'ada <lovelace>');
      for (const program of [first, second, third]) {
        const said = await text(program);
        assert.ok(said.includes('Hello, ada <lovelace>') && said.includes(`says ${program.name.toLowerCase()}`), said);
      }
      await logOut(third);
      for (const program of [first, second, third]) {
        assert.doesNotMatch(await text(program), /ada/);
        assert.equal(await browser.page.locator('form[action="/login"]').count(), 1, program.name);
      }
    } finally {
      await browser.close();
      browser = undefined;
    }
  });

  /** What a page of the other site is told, and what the browser did with each cookie when it asked. */
  async function asked(program) {
    const cdp = await browser.context.newCDPSession(browser.page);
    await cdp.send('Network.enable');
    const cookies = {};
    const note = ({ associatedCookies }) => {
      for (const { cookie, blockedReasons } of associatedCookies) cookies[cookie.name] = blockedReasons;
    };
    await browser.page.goto(elsewhere.origin);
    cdp.on('Network.requestWillBeSentExtraInfo', note);
    const answer = await browser.page.evaluate(async (url) => {
      const answer = await fetch(url, { credentials: 'include' });
      return answer.json();
    }, new URL('/presence', program.url).href);
    await cdp.detach();
    return { ...answer, cookies };
  }

  for (const { blocked, partitioned, knows, presence } of [
    { blocked: false, partitioned: false, knows: true, presence: [] },
    { blocked: true, partitioned: false, knows: false, presence: ['UserPreferences'] },
    // It belongs to the site that the user was at, and no other one's pages bring it along.
    { blocked: false, partitioned: true, knows: false, presence: undefined },
    { blocked: true, partitioned: true, knows: false, presence: undefined },
  ]) {
    const which = `${partitioned ? 'partitioned' : 'SameSite=None'} presence cookie, third parties ${blocked ? 'blocked' : 'allowed'}`;
    test(`${which}: another site ${knows ? 'learns' : 'does not learn'} that the user is logged in`, async () => {
      const [, axum, actix, axumPartitioned] = programs;
      const program = partitioned ? axumPartitioned : axum;
      browser = await openBrowser({ blocked });
      try {
        assert.equal((await asked(program)).loggedIn, false);
        await logIn(program, 'ada');
        const { loggedIn, cookies } = await asked(program);
        assert.equal(loggedIn, knows);
        assert.deepEqual(cookies.presence, presence);
        // The session's own cookie is never sent from there.
        assert.ok(cookies['connect.sid'].includes('SchemefulSameSiteLax'), String(cookies['connect.sid']));
        await logOut(actix);
        assert.equal((await asked(program)).loggedIn, false);
      } finally {
        await browser.close();
        browser = undefined;
      }
    });
  }
});
