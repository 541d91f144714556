// The firmware in QEMU, and clients for it.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const PASSWORDS = { admin: "correct horse", ada: "battery", grace: "staple" };

/** Builds the firmware and says where it is. */
export function build() {
  const script = fileURLToPath(new URL("../build", import.meta.url));
  return execFileSync(script, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/**
 * Boots it. What is handed in is that of `Boot` in src/board.rs: `idle`, `absolute` and `fresh` are times in ms, and without
 * a `seed` there are no random numbers.
 */
export async function boot(firmware, { idle = 0, absolute = 0, fresh = 0, seed = randomBytes(32) } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "firmware-"));
  const handedIn = Buffer.alloc(64);
  if (seed) {
    handedIn.write("SEED");
    [idle, absolute, fresh].forEach((ms, place) => handedIn.writeUInt32LE(ms, 4 + 4 * place));
    seed.copy(handedIn, 16);
  }
  writeFileSync(join(folder, "boot"), handedIn);
  const port = await freePort();
  const qemu = spawn("qemu-system-arm", [
    ..."-M lm3s6965evb -nographic -monitor none -serial stdio -kernel".split(" "),
    firmware,
    "-device",
    `loader,file=${join(folder, "boot")},addr=0x20000000,force-raw=on`,
    "-nic",
    `user,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:80`,
  ]);
  const device = new Device(port, qemu, folder);
  await device.untilItSays("serving HTTP");
  return device;
}

class Device {
  #qemu;
  #folder;
  /** What it has printed. */
  output = "";

  constructor(port, qemu, folder) {
    this.port = port;
    this.#qemu = qemu;
    this.#folder = folder;
    for (const stream of [qemu.stdout, qemu.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.output += text));
    }
  }

  get host() {
    return `127.0.0.1:${this.port}`;
  }

  async untilItSays(text) {
    const end = Date.now() + 30_000;
    while (!this.output.includes(text)) {
      if (this.#qemu.exitCode !== null || Date.now() > end) {
        this.stop();
        throw new Error(`the firmware does not say "${text}":\n${this.output}`);
      }
      await sleep(20);
    }
  }

  /** Throws if the firmware has panicked, or QEMU has ended. */
  check() {
    if (this.output.includes("PANIC") || this.output.includes("fatal") || this.#qemu.exitCode !== null) {
      throw new Error(`the firmware has stopped:\n${this.output}`);
    }
  }

  /** What /status says, as numbers where it can be. */
  async status(client = new Client(this)) {
    const { status, text } = await client.get("/status");
    if (status !== 200) {
      throw new Error(`/status answers ${status}`);
    }
    const lines = text.trim().split("\n").map((line) => line.split(" "));
    return Object.fromEntries(lines.map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]));
  }

  stop() {
    this.#qemu.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A client with a connection and, if it is to keep it, a cookie of its own. */
export class Client {
  #device;
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  cookie = null;
  /** How often it was sent away, since all connections were taken. */
  refused = 0;
  /** How often a request may have been dealt with though no answer came. */
  unanswered = 0;

  constructor(device) {
    this.#device = device;
  }

  get(path, headers) {
    return this.#send("GET", path, headers);
  }

  post(path, form = {}, headers) {
    const origin = `http://${this.#device.host}`;
    return this.#send("POST", path, { origin, ...headers }, new URLSearchParams(form).toString());
  }

  login(name, password = PASSWORDS[name]) {
    return this.post("/login", { name, password });
  }

  /** Sends it again while the device has no connection left. */
  async #send(method, path, headers = {}, body) {
    for (let attempt = 0; ; ++attempt) {
      this.#device.check();
      try {
        return await this.#sendOnce(method, path, headers, body);
      } catch (error) {
        if (attempt === 200 || !["ECONNRESET", "EPIPE"].includes(error.code)) {
          throw error;
        }
        ++this.refused;
        this.unanswered += path === "/" ? 1 : 0;
        await sleep(5 * Math.min(attempt, 20));
      }
    }
  }

  #sendOnce(method, path, headers, body) {
    const cookie = this.cookie ? { cookie: this.cookie } : {};
    const form = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", "content-length": body.length };
    const options = { method, path, host: "127.0.0.1", port: this.#device.port, agent: this.#agent, timeout: 20_000 };
    return new Promise((resolve, reject) => {
      const request = http.request({ ...options, headers: { ...form, ...cookie, ...headers } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => (text += part)).on("error", reject);
        response.on("end", () => {
          const setCookie = response.headers["set-cookie"] ?? [];
          this.#keep(setCookie);
          resolve({ status: response.statusCode, headers: response.headers, setCookie, text });
        });
      });
      request.on("timeout", () => request.destroy(new Error(`no answer to ${method} ${path}: it hangs`)));
      request.on("error", reject).end(body);
    });
  }

  #keep(setCookie) {
    for (const line of setCookie) {
      this.cookie = /Max-Age=0/.test(line) ? null : line.split(";")[0];
    }
  }
}

/** How often the page has been seen, as it says; null if it is the form for the login. */
export function visits({ text }) {
  const found = /Visits to this page: <b>(\d+)<\/b>/.exec(text);
  return found && Number(found[1]);
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
