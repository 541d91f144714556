// A browser logs in and out. Once: npm ci in ../../together, and Chromium at /usr/bin/chromium.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { boot, build, PASSWORDS } from "./device.mjs";

const { chromium } = createRequire(new URL("../../together/package.json", import.meta.url))("playwright-core");

test("a browser logs in, counts, is protected from other sites, and logs out", async () => {
  const device = await boot(build());
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const context = await browser.newContext();
    const [page, other] = [await context.newPage(), await context.newPage()];
    const url = `http://${device.host}/`;
    const says = async (text, where = page) => assert.match(await where.innerText("body"), text);
    const login = async (password) => {
      await page.fill("[name=name]", "admin");
      await page.fill("[name=password]", password);
      await page.click("button");
    };

    await page.goto(url);
    await login("a guess");
    await says(/wrong/);
    await login(PASSWORDS.admin);
    await says(/Hello, admin. Visits to this page: 1\./);
    await page.reload();
    await says(/: 2\./);
    const [cookie, ...more] = await context.cookies();
    assert.deepEqual(more, []);
    const { name, expires, httpOnly, secure, sameSite } = cookie;
    assert.deepEqual(
      { name, expires, httpOnly, secure, sameSite },
      { name: "sid525400123456", expires: -1, httpOnly: true, secure: false, sameSite: "Strict" },
    );

    const form = `<form method=post action="${url}logout"><button>x</button></form>`;
    await other.route("http://evil.example/**", (route) => route.fulfill({ contentType: "text/html", body: form }));
    await other.goto("http://evil.example/");
    await other.click("button");
    await says(/not sent from a page of this device/, other);

    await page.click("text=Who is online");
    await says(/admin/);
    await page.click("text=Home");
    await says(/: 3\./);
    await page.click("text=Log out");
    await says(/Password/);
    assert.deepEqual(await context.cookies(), []);
    assert.equal((await device.status()).sessions, 0);
    device.check();
  } finally {
    await browser.close();
    device.stop();
  }
});
