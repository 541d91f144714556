// A real Redis of the test's own, and connect-redis as an implementation would get it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';

const require = createRequire(import.meta.url);

/** A server in memory on a free port, and a client that is connected to it. */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, daemonize: 'no' };
  const server = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: 'ignore' },
  );
  await once(server, 'spawn').catch((failure) => {
    throw new Error(`these tests need redis-server: ${failure.message}`);
  });
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 25 } });
  client.on('error', () => {});
  await client.connect();
  const stop = async () => {
    client.destroy();
    server.kill();
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  };
  return { client, port, server, stop };
}

/** The class RedisStore of a connect-redis that requires this implementation where it says `express-session`. */
export function connectRedis(session) {
  const file = require.resolve('connect-redis');
  delete require.cache[file];
  const resolve = Module._load;
  Module._load = (request, ...rest) => (request === 'express-session' ? session : resolve(request, ...rest));
  try {
    return require(file).RedisStore;
  } finally {
    Module._load = resolve;
    delete require.cache[file];
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
