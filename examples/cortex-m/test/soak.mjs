// Parallel clients that behave and misbehave: node test/soak.mjs [REQUESTS]
//
// Each of six clients has a session of its own and must see its own count, whatever the others send and whatever it has
// sent itself; two strangers only misbehave. It fails if the firmware panics, a request hangs, the table is not sound, or a
// count is wrong.

import { randomInt } from "node:crypto";
import net from "node:net";
import { performance } from "node:perf_hooks";

import { boot, build, Client, PASSWORDS, visits } from "./device.mjs";

const requests = Number(process.argv[2] ?? 1000);
const names = Object.keys(PASSWORDS);
const device = await boot(build());
const done = {};
let left = requests;
/** How many sessions there may be whose cookie never came. */
let orphans = 0;

/** Counts a request of this kind. */
function take(kind) {
  if (left === 0) {
    return false;
  }
  left -= 1;
  done[kind] = (done[kind] ?? 0) + 1;
  return true;
}

function expect(condition, what) {
  if (!condition) {
    throw new Error(`${what}\n${device.output}`);
  }
}

const pick = (list) => list[randomInt(list.length)];

/** The value with another character somewhere. */
function tamper(cookie) {
  const place = cookie.indexOf("=") + 1 + randomInt(cookie.length - cookie.indexOf("=") - 1);
  return cookie.slice(0, place) + (cookie[place] === "A" ? "B" : "A") + cookie.slice(place + 1);
}

/** Sends these bytes and goes away, at once or with the first of an answer. */
function drop(bytes) {
  return new Promise((resolve) => {
    const socket = net.connect(device.port, "127.0.0.1", () => {
      socket.write(bytes);
      const wait = pick([0, 0, 5, 20]);
      setTimeout(() => socket.destroy(), wait);
    });
    socket.on("data", () => socket.destroy()).on("error", () => {}).on("close", resolve);
  });
}

/** A user with a session, who knows how often the page was seen. */
class User {
  client = new Client(device);
  seen = 0;
  /** How many visits may have been counted without an answer. */
  maybe = 0;

  constructor(name) {
    this.name = name;
  }

  /** Logs in; who is logged in already goes on with the same count. */
  async login() {
    const { refused } = this.client;
    expect((await this.client.login(this.name)).status === 303, `${this.name} cannot log in`);
    if (this.client.refused !== refused) {
      // The first try may have made a session whose cookie never came.
      orphans += 1;
      [this.seen, this.maybe] = [0, this.seen + this.maybe];
    }
  }

  /** Looks at the page, with these cookies beside its own, and compares the count. */
  async visit(cookie = this.client.cookie) {
    const before = this.client.unanswered;
    const count = visits(await this.client.get("/", { cookie }));
    const most = this.seen + 1 + this.maybe + this.client.unanswered - before;
    expect(count > this.seen && count <= most, `${this.name} sees ${count}, after ${this.seen} and at most ${most}`);
    [this.seen, this.maybe] = [count, 0];
  }

  async isNobody(cookie) {
    const { text } = await this.client.get("/", { cookie });
    expect(text.includes("action=/login"), `${this.name} is let in with a cookie that is none`);
  }

  kinds = {
    plain: () => this.visit(),
    "cookie lost": () => this.isNobody(""),
    "cookie tampered with": () => this.isNobody(tamper(this.client.cookie)),
    "cookie twice": () => this.visit(`${this.client.cookie}; a=b; ${this.client.cookie}`),
    "forged one before it": () => this.visit(`${tamper(this.client.cookie)}; ${this.client.cookie}`),
    "header of a kilobyte": () => this.visit(`a=${"x".repeat(1000)}; ${this.client.cookie}`),
    "dropped half way": async () => {
      const request = `GET / HTTP/1.1\r\nHost: ${device.host}\r\nCookie: ${this.client.cookie}\r\n\r\n`;
      this.maybe += 1;
      await drop(request.slice(0, pick([randomInt(request.length), request.length])));
    },
    "who is online": async () => {
      const { status } = await this.client.get("/online");
      expect(status === (this.name === "admin" ? 200 : 403), `${this.name} gets ${status} for /online`);
    },
    "login again": () => this.login(),
    "logout and login": async () => {
      await this.client.post("/logout");
      expect(this.client.cookie === null, `${this.name} still has a cookie after the logout`);
      [this.seen, this.maybe] = [0, 0];
      await this.login();
    },
  };

  async run() {
    await this.login();
    // Plain ones half of the time, so that what went wrong before is seen.
    for (let kind = "plain"; take(kind); kind = pick(["plain", pick(Object.keys(this.kinds))])) {
      await this.kinds[kind]();
    }
  }
}

const stranger = new Client(device);
const head = `GET / HTTP/1.1\r\nHost: ${device.host}\r\n`;
const post = `POST /login HTTP/1.1\r\nHost: ${device.host}\r\nOrigin: http://${device.host}\r\n`;
const strange = {
  "the form": async () => expect((await stranger.get("/")).status === 200, "there is no form"),
  "wrong password": async () => expect((await stranger.login(pick(names), "guess")).status === 403, "a guess is let in"),
  "garbage cookies": async () => {
    const cookie = Array.from({ length: 12 }, () => `sid525400123456=s%3A${"x".repeat(randomInt(40))}.${"y".repeat(randomInt(60))}`);
    expect(visits(await stranger.get("/", { cookie: cookie.join("; ") })) === null, "garbage is let in");
  },
  "oversized header": () => drop(`${head}Cookie: ${"x".repeat(randomInt(2000, 9000))}\r\n\r\n`),
  "oversized body": () => drop(`${post}Content-Length: ${randomInt(3000, 9000)}\r\n\r\n${"x".repeat(5000)}`),
  "length of 4 GiB": () => drop(`${post}Content-Length: ${4294967296 - randomInt(1, 3000)}\r\n\r\nname=ada`),
  "half a body": () => drop(`${post}Content-Length: 40\r\n\r\nname=ada&pass`),
  "not HTTP": () => drop(Buffer.from(Array.from({ length: 200 }, () => randomInt(256)))),
  "another host": async () => expect((await stranger.get("/", { host: "evil.example" })).status === 421, "rebinding"),
};

async function strangers() {
  for (let kind = "the form"; take(kind); kind = pick(Object.keys(strange))) {
    await strange[kind]();
  }
}

/** Looks at the table until the others are done. */
async function watch(users) {
  const client = new Client(device);
  let [looks, uptime] = [0, 0];
  while (left > 0) {
    const status = await device.status(client);
    expect(status.table === "sound", "the table is corrupt");
    expect(status.sessions <= Math.min(users + orphans, status.places), `${users} users have ${status.sessions} sessions`);
    expect(status.uptime_ms >= uptime, "the clock goes back: it has rebooted");
    ({ uptime_ms: uptime } = status);
    looks += 1;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return looks;
}

try {
  const began = performance.now();
  const users = [...names, ...names].map((name) => new User(name));
  const [looks] = await Promise.all([watch(users.length), strangers(), strangers(), ...users.map((user) => user.run())]);
  const seconds = (performance.now() - began) / 1000;
  for (const user of users) {
    await user.visit();
    await user.client.post("/logout");
  }
  const status = await device.status();
  expect(status.sessions <= orphans, `${status.sessions} sessions are left`);
  device.check();
  for (const [kind, count] of Object.entries(done)) {
    console.log(`${String(count).padStart(6)} ${kind}`);
  }
  const refused = users.reduce((sum, user) => sum + user.client.refused, stranger.refused);
  console.log(`${requests} requests in ${seconds.toFixed(1)} s, ${refused} more sent away and tried again, the table looked at ${looks} times`);
  console.log(`firmware_stack ${status.firmware_stack}`);
} finally {
  device.stop();
}
