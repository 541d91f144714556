// Requests per second of each program with and without its session layer, in one run.
//
//   npm ci && RELEASE=1 node load.mjs        ROUNDS=5 SECONDS=5 CONNECTIONS=32
//
// The program under load has the first core for itself; wrk and Redis share the second. Each round measures all, in turn,
// and the table has the median of the rounds. `/still` loads a session that is logged in and notes its use, `/plain` is
// the same answer (204, nothing in it) from before the session layer.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from './client.mjs';
import { Redis, actix, axum, express } from './programs.mjs';

const { ROUNDS = '5', SECONDS = '5', CONNECTIONS = '32' } = process.env;
const run = promisify(execFile);
const pin = (core, child) => run('taskset', ['-a', '-p', '-c', String(core), String(child.pid)]);

const milliseconds = ([, number, unit]) => Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];

const redis = await new Redis(['--appendonly', 'no']).start();
await pin(1, redis.child);
const SECRETS = 'a secret that is long enough for both presets';
const subjects = [];
for (const [name, start, env] of [
  ['Express, express-session', express, {}],
  ['Express, examples/express', express, { SESSION: '../express' }],
  ['axum', axum, {}],
  ['actix', actix, {}],
]) {
  for (const PRESET of start === express ? ['express'] : ['express', 'recommended']) {
    const program = await start({ ...env, PORT: '0', REDIS_URLS: redis.urls, SECRETS, PRESET });
    await pin(0, program.child);
    const client = new Client();
    await client.logIn(program, 'ada');
    subjects.push({ name: start === express ? name : `${name}, ${PRESET}`, program, client, plain: [], still: [] });
  }
}

for (let round = 0; round < Number(ROUNDS); round++) {
  for (const { program, client, plain, still } of subjects) {
    plain.push(await measure(program, '/plain', client));
    still.push(await measure(program, '/still', client));
    if ((await client.user(program)) !== 'ada') throw new Error(`${program.name} has lost the session`);
  }
}

async function measure(program, path, client) {
  const cookie = [...client.cookies].map((pair) => pair.join('=')).join('; ');
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--latency', '-H', `Cookie: ${cookie}`];
  const { stdout } = await run('taskset', ['-c', '1', 'wrk', ...args, new URL(path, program.url).href]);
  const failed = stdout.match(/Non-2xx or 3xx responses: (\d+)|Socket errors: .*/);
  if (failed) throw new Error(`${program.name} ${path}: ${failed[0]}`);
  const percentile = (name) => milliseconds(stdout.match(new RegExp(`^ +${name}% +([\\d.]+)(us|ms|s)`, 'm')));
  return { rate: Number(stdout.match(/Requests\/sec: +([\d.]+)/)[1]), p50: percentile(50), p99: percentile(99) };
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
const of = (rounds, field) => median(rounds.map((round) => round[field]));

console.log('| | without a session, requests/s | with one, requests/s | p50 ms | p99 ms | the session layer costs, µs a request |');
console.log('|---|---|---|---|---|---|');
for (const { name, program, plain, still } of subjects) {
  const [without, with_] = [of(plain, 'rate'), of(still, 'rate')];
  const cost = 1e6 / with_ - 1e6 / without;
  const cells = [name, without.toFixed(0), with_.toFixed(0), of(still, 'p50').toFixed(2), of(still, 'p99').toFixed(2), cost.toFixed(1)];
  console.log(`| ${cells.join(' | ')} |`);
  await program.stop();
}
await redis.stop();
