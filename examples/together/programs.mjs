// Starts and ends what the others here need: Redis, or a cluster of three, the Express app and the programs in Rust.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const SECONDS = 30;

const children = new Set();
const folders = [];
process.on('exit', () => {
  children.forEach((child) => child.kill('SIGKILL'));
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** A program that has been started; `url` is where it listens. */
class Program {
  constructor(name, command, args, env) {
    Object.assign(this, { name, command, args, env });
  }

  async start() {
    const child = spawn(this.command, this.args, {
      cwd: here,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    children.add(child);
    child.once('exit', () => children.delete(child));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const late = new Promise((_, refuse) => setTimeout(refuse, SECONDS * 1000, new Error(`${this.name} says nothing`)).unref());
    const { value, done } = await Promise.race([lines.next(), late]);
    if (done) throw new Error(`${this.name} has ended`);
    this.url = value;
    // It may go on talking.
    (async () => {
      for await (const _ of lines);
    })();
    return this;
  }

  async stop() {
    await end(this.child, 'SIGTERM');
  }
}

async function end(child, signal) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

export const express = (env) => new Program('Express', process.execPath, ['app.mjs'], env).start();
export const axum = async (env) => new Program('axum', await binary('axum-app'), [], env).start();
export const actix = async (env) => new Program('actix', await binary('actix-app'), [], env).start();

let built;
/** Where cargo puts a program of the workspace around this folder; builds it before. */
async function binary(name) {
  built ??= build();
  return (await built).get(name) ?? fail(`cargo built no ${name}`);
}

/** Not in one go: the others start meanwhile, and their time runs. */
async function build() {
  const profile = process.env.RELEASE ? ['--release'] : [];
  const args = ['build', '--locked', '--quiet', '--bins', '-p', 'session-core-axum', '-p', 'session-core-actix', ...profile];
  const options = { cwd: join(here, '..'), maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)('cargo', [...args, '--message-format=json'], options);
  const messages = stdout.trim().split('\n').map((line) => JSON.parse(line));
  return new Map(messages.filter(({ executable }) => executable).map(({ target, executable }) => [target.name, executable]));
}

/** One server, which keeps what it acknowledged when it is killed. */
export class Redis {
  constructor(options = []) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'together-'));
    folders.push(this.folder);
  }

  async start() {
    this.port ??= await freePort();
    const files = ['--dir', this.folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', ...files, ...this.options];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    children.add(child);
    child.once('exit', () => children.delete(child));
    child.stdout.resume();
    // An error, such as that there is no such program, is one of this too.
    await once(child, 'spawn').catch((error) => Promise.reject(missing(error)));
    await until(async () => (await this.command('PING')) === 'PONG', `Redis on port ${this.port}`);
    const pid = Number((await this.command('INFO', 'server')).match(/process_id:(\d+)/)?.[1]);
    if (pid !== child.pid) fail(`another Redis took port ${this.port}: run it again`);
    return this;
  }

  get urls() {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** What redis-cli prints: its own protocol needs no client here. */
  async command(...args) {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(this.port), ...this.cli, ...args]);
    return stdout.replace(/\n$/, '');
  }

  get cli() {
    return [];
  }

  kill() {
    return end(this.child, 'SIGKILL');
  }

  stop() {
    return end(this.child, 'SIGTERM');
  }
}

class Node extends Redis {
  get cli() {
    return ['-c'];
  }
}

/** Three servers that share the keys among them. */
export class Cluster {
  async start() {
    const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
    this.nodes = await Promise.all([1, 2, 3].map(() => new Node(options).start()));
    const addresses = this.nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
    const ready = (info) => info.includes('cluster_state:ok');
    for (const node of this.nodes) await until(async () => ready(await node.command('CLUSTER', 'INFO')), 'the cluster');
    return this;
  }

  get urls() {
    return this.nodes.map(({ urls }) => urls).join(',');
  }

  command(...args) {
    return this.nodes[0].command(...args);
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** Asks again and again until it is so; a call that fails is a no. */
export async function until(isSo, what) {
  const last = Date.now() + SECONDS * 1000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > last) fail(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function freePort() {
  // A cluster node takes the port 10,000 above as well.
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    if (port < 55_000 && !(await isTaken(port + 10_000))) return port;
  }
}

async function isTaken(port) {
  const socket = createConnection({ host: '127.0.0.1', port });
  const taken = await new Promise((say) => socket.once('connect', () => say(true)).once('error', () => say(false)));
  socket.destroy();
  return taken;
}

const missing = (error) => (error.code === 'ENOENT' ? new Error('no redis-server: apt-get install redis-server') : error);

function fail(message) {
  throw new Error(message);
}
