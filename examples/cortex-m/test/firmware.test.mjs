// What the firmware promises, asked of it in QEMU.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";

import { boot, build, Client, visits } from "./device.mjs";

let firmware;
before(() => {
  firmware = build();
});

/** Runs a test on a device of its own, and looks at it once more afterwards. */
function onDevice(name, times, run) {
  test(name, async () => {
    const device = await boot(firmware, times);
    try {
      await run(device);
      device.check();
      assert.equal((await device.status()).table, "sound");
    } finally {
      device.stop();
    }
  });
}

onDevice("curl logs in, counts and logs out", {}, (device) => {
  const folder = mkdtempSync(join(tmpdir(), "curl-"));
  const jar = join(folder, "jar");
  const url = `http://${device.host}`;
  // Once the sockets of the last request are free again; curl has a connection for each.
  const curl = (path, ...more) =>
    execFileSync("curl", ["-sS", "--retry", "9", "--retry-all-errors", "-m", "20", "-b", jar, "-c", jar, ...more, url + path], { encoding: "utf8" });
  try {
    assert.match(curl("/"), /<form method=post action=\/login>/);
    const login = curl("/login", "-i", "-H", `Origin: ${url}`, "-d", "name=ada", "--data-urlencode", "password=battery");
    assert.match(login, /^HTTP\/1\.1 303 /);
    assert.match(login, /^Location: \/\r$/m);
    assert.match(login, /^Set-Cookie: sid525400123456=s%3A[\w-]{32}\.[\w%]{43,}; Path=\/; HttpOnly; SameSite=Strict\r$/m);
    assert.match(login, /^Cache-Control: private, no-store\r$/m);
    for (const visit of [1, 2, 3]) {
      assert.equal(visits({ text: curl("/") }), visit);
    }
    const kept = readFileSync(jar);
    const logout = curl("/logout", "-i", "-H", `Origin: ${url}`, "-d", "");
    assert.match(logout, /^Set-Cookie: sid525400123456=; Max-Age=0; Path=\/; .*HttpOnly; SameSite=Strict\r$/m);
    assert.equal(visits({ text: curl("/") }), null);
    writeFileSync(jar, kept);
    assert.equal(visits({ text: curl("/") }), null, "a cookie that was kept opens nothing");
    assert.match(curl("/status"), /^sessions 0$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

onDevice("strangers store nothing", {}, async (device) => {
  for (let request = 0; request < 20; ++request) {
    const stranger = new Client(device);
    const form = await stranger.get("/");
    assert.deepEqual([form.status, form.setCookie], [200, []]);
    const wrong = await stranger.login("admin", "guess");
    assert.deepEqual([wrong.status, wrong.setCookie], [403, []]);
    assert.equal((await stranger.post("/logout")).setCookie.length, 0);
  }
  assert.equal((await device.status()).sessions, 0);
});

onDevice("a cookie that was tampered with opens nothing", {}, async (device) => {
  const [ada, grace] = [new Client(device), new Client(device)];
  await ada.login("ada");
  await grace.login("grace");
  const [name, value] = ada.cookie.split("=");
  const other = (character) => (character === "A" ? "B" : "A");
  const forged = [...value].map((character, place) => value.slice(0, place) + other(character) + value.slice(place + 1));
  forged.push(value.slice(0, -1), `${value}A`, value.slice(4), "", decodeURIComponent(value).split(".")[0]);
  // The id of one with the signature of another.
  forged.push(`${value.split(".")[0]}.${grace.cookie.split(".")[1]}`);
  const forger = new Client(device);
  for (const value of forged) {
    forger.cookie = `${name}=${value}`;
    assert.equal(visits(await forger.get("/")), null, value);
  }
  forger.cookie = `${ada.cookie}; ${grace.cookie}`;
  assert.equal(visits(await forger.get("/")), null, "two sessions at a time are none");
  forger.cookie = `${name}=${forged[5]}; ${ada.cookie}; ${ada.cookie}`;
  assert.equal(visits(await forger.get("/")), 1, "the same twice is one, and a forged one before it does not matter");
});

onDevice("only its own pages and its own name", {}, async (device) => {
  const ada = new Client(device);
  await ada.login("ada");
  assert.equal((await ada.get("/", { host: "evil.example" })).status, 421);
  assert.equal((await ada.get("/", { host: `localhost:${device.port}` })).status, 200);
  for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", `https://${device.host}`, ""]) {
    assert.equal((await ada.post("/logout", {}, { origin })).status, 403, origin);
    assert.equal((await new Client(device).post("/login", { name: "ada", password: "battery" }, { origin })).status, 403);
  }
  assert.equal((await ada.get("/logout")).status, 404);
  assert.equal((await device.status()).sessions, 1);
});

onDevice("an administrator sees who is online, and ends a session", {}, async (device) => {
  const [admin, ada, stranger] = [new Client(device), new Client(device), new Client(device)];
  await admin.login("admin");
  await ada.login("ada");
  for (const client of [ada, stranger]) {
    assert.equal((await client.get("/online")).status, 403);
    assert.equal((await client.post("/end", { handle: "AAAAAAAAAAAAAAAA" })).status, 403);
  }
  const { status, headers, text } = await admin.get("/online");
  assert.equal(status, 200);
  assert.equal(headers["cache-control"], "private, no-store");
  const rows = [...text.matchAll(/<td>(\w+)<td>\d+ s ago<td>.*?value=([\w-]{16})>/g)].map(([, name, handle]) => ({ name, handle }));
  assert.deepEqual(rows.map(({ name }) => name).sort(), ["ada", "admin"]);
  for (const { cookie } of [admin, ada]) {
    const id = decodeURIComponent(cookie).split(/[:.]/)[1];
    assert.ok(!text.includes(id), "ids are not for pages");
  }
  const { handle } = rows.find(({ name }) => name === "ada");
  assert.equal((await admin.post("/end", { handle: "x" })).status, 303);
  assert.equal((await device.status()).sessions, 2);
  assert.equal((await admin.post("/end", { handle })).status, 303);
  assert.equal(visits(await ada.get("/")), null);
  assert.equal(visits(await admin.get("/")), 1);
});

onDevice("to end a session needs a fresh login", { fresh: 1 }, async (device) => {
  const admin = new Client(device);
  await admin.login("admin");
  const { status, text } = await admin.post("/end", { handle: "AAAAAAAAAAAAAAAA" });
  assert.equal(status, 403);
  assert.match(text, /log in again.*action=\/login/);
});

// These two ask the device's own clock before and after each request, and say nothing of what was answered around an end.
onDevice("a session that is not used ends, and looking is no use", { idle: 1500, absolute: 3_600_000 }, async (device) => {
  const admin = new Client(device);
  const uptime = async () => (await device.status()).uptime_ms;
  const earliest = await uptime();
  await admin.login("admin");
  const latest = await uptime();
  for (let before = latest; before < latest + 1500; before = await uptime()) {
    const { status } = await admin.get("/online");
    if ((await uptime()) < earliest + 1500) {
      assert.equal(status, 200);
    }
  }
  assert.equal((await admin.get("/online")).status, 403);
  assert.equal(visits(await admin.get("/")), null);
  assert.equal((await device.status()).sessions, 0);
});

onDevice("a session that is used lives on, and ends at its time all the same", { idle: 2000, absolute: 4000 }, async (device) => {
  const ada = new Client(device);
  const uptime = async () => (await device.status()).uptime_ms;
  const earliest = await uptime();
  await ada.login("ada");
  const latest = await uptime();
  let [after, isUsed] = [latest, true];
  for (let before = latest; before < latest + 4000; before = await uptime()) {
    const count = visits(await ada.get("/"));
    const then = after;
    after = await uptime();
    // A use is noted once in half of the time after which an unused session ends.
    isUsed &&= after - then < 1000;
    if (isUsed && after < earliest + 4000) {
      assert.ok(count, `${after - earliest} ms after the login`);
    }
  }
  assert.equal(visits(await ada.get("/")), null);
});

onDevice("a full table says so, loses nobody, and has room again after a logout", {}, async (device) => {
  const { places } = await device.status();
  const clients = Array.from({ length: places }, () => new Client(device));
  for (const client of clients) {
    assert.equal((await client.login("ada")).status, 303);
  }
  const late = new Client(device);
  const refused = await late.login("admin");
  assert.deepEqual([refused.status, refused.setCookie], [503, []]);
  assert.match(refused.text, /Too many are logged in/);
  assert.equal((await late.get("/")).status, 200, "the form is still there");
  assert.equal((await clients[0].login("ada")).status, 303, "who has a place may log in again");
  for (const client of clients) {
    assert.equal(visits(await client.get("/")), 1);
  }
  assert.equal((await device.status()).sessions, places);
  await clients[1].post("/logout");
  assert.equal((await late.login("admin")).status, 303);
});

test("a reboot ends all sessions", async () => {
  const first = await boot(firmware);
  const ada = new Client(first);
  await ada.login("ada");
  const { cookie } = ada;
  first.stop();
  const second = await boot(firmware);
  try {
    const [kept, again] = [new Client(second), new Client(second)];
    kept.cookie = cookie;
    assert.equal(visits(await kept.get("/")), null);
    await again.login("ada");
    assert.equal(visits(await again.get("/")), 1);
    // Under the old key and the new one, under the name that both boots use.
    kept.cookie = `${cookie}; ${again.cookie}`;
    assert.equal(visits(await kept.get("/")), 2, "an old cookie beside a new one does not matter");
    second.check();
  } finally {
    second.stop();
  }
});

onDevice("without random numbers there are no ids", { seed: null }, async (device) => {
  const ada = new Client(device);
  for (const { status, setCookie } of [await ada.get("/"), await ada.login("ada")]) {
    assert.deepEqual([status, setCookie], [503, []]);
  }
});

onDevice("requests that are too long, or none at all, hurt nobody", {}, async (device) => {
  const ada = new Client(device);
  await ada.login("ada");
  const post = "POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n";
  const requests = {
    "a cookie of 4 KiB": `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${"x".repeat(4096)}\r\n\r\n`,
    "a body longer than there is room": `${post}Content-Length: 4000\r\n\r\n${"x".repeat(4000)}`,
    "a body of 4 GiB less a byte": `${post}Content-Length: 4294967295\r\n\r\nname=ada`,
    "a body of no length": `${post}Content-Length: -1\r\n\r\nname=ada`,
    "no colon": "GET / HTTP/1.1\r\nHost\r\n\r\n",
    "no request": "\0\0\0\r\n\r\n",
    "half a request": "GET / HT",
    nothing: "",
  };
  for (const [name, request] of Object.entries(requests)) {
    const answer = await raw(device, request);
    assert.match(answer, /^$|^HTTP\/1\.1 4\d\d /, name);
  }
  assert.equal(visits(await ada.get("/")), 1);
});

/** Sends these bytes and reads until the connection ends. */
function raw(device, bytes) {
  return new Promise((resolve) => {
    let answer = "";
    const socket = net.connect(device.port, "127.0.0.1", () => socket.end(bytes));
    socket.setEncoding("latin1").on("data", (text) => (answer += text));
    socket.on("error", () => {}).on("close", () => resolve(answer));
  });
}
