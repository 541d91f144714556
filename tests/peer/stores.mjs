// The two stores of the test, each with the same few ways to look into it; and a Redis of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { RedisStore } from 'connect-redis';
import session from 'express-session';
import { createClient } from 'redis';

export class Memory {
  store = new session.MemoryStore();

  async put(id, text) {
    this.store.sessions[id] = text;
  }

  async text(id) {
    return this.store.sessions[id] ?? null;
  }
}

export class Redis {
  #child;
  #client;
  #stores = 0;

  static async start() {
    const redis = new Redis();
    const port = await freePort();
    const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
    const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
    redis.#child = child;
    process.on('exit', () => child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    await Promise.race([
      redis.#connect(port),
      once(child, 'exit').then(([status]) => Promise.reject(new Error(`redis-server ended with ${status}\n${said}`))),
    ]).catch((error) => {
      throw error.code === 'ENOENT' ? new Error('no redis-server: apt-get install redis-server') : error;
    });
    return redis;
  }

  async #connect(port) {
    await once(this.#child, 'spawn');
    this.#client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: () => 20 } });
    // Until it listens, each try is an error.
    this.#client.on('error', () => {});
    await this.#client.connect();
    const [, pid] = (await this.#client.info('server')).match(/process_id:(\d+)/);
    if (Number(pid) !== this.#child.pid) throw new Error(`another Redis took port ${port}: run it again`);
  }

  /** A store by connect-redis that shares nothing with others on this server; `ttl` is its option. */
  with(ttl) {
    this.#stores += 1;
    return new RedisPart(this.#client, `sess${this.#stores}:`, ttl);
  }

  async stop() {
    this.#client.destroy();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

class RedisPart {
  #client;
  #prefix;

  constructor(client, prefix, ttl) {
    this.#client = client;
    this.#prefix = prefix;
    this.store = new RedisStore({ client, prefix, ttl });
  }

  /** As session-core writes it: to the millisecond. */
  async put(id, text, milliseconds) {
    await this.#client.set(this.#prefix + id, text, { expiration: { type: 'PX', value: milliseconds } });
  }

  async text(id) {
    return this.#client.get(this.#prefix + id);
  }

  /** When Redis will drop it, in ms since 1970; negative if there is no such key, or no such time. */
  async endOf(id) {
    return Number(await this.#client.sendCommand(['PEXPIRETIME', this.#prefix + id]));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return String(port);
}
