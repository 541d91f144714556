// connect-redis for a test: one call a line on stdin, as JSON, and one answer a line on stdout.
//
//   {"now": 1700000000000, "call": "set", "arguments": ["id", {"cookie": {…}}]}
//
// `now` is what the clock says during the call, so that what is written does not depend on when it was.

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

const [, , url] = process.argv;
const client = createClient({ url });
client.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
await client.connect();
const store = new RedisStore({ client });

const lines = createInterface({ input: process.stdin });
lines.on('close', () => client.destroy());
lines.on('line', async (line) => {
  const { now, call, arguments: given } = JSON.parse(line);
  if (now !== undefined) Date.now = () => now;
  const answer = await store[call](...given);
  process.stdout.write(`${JSON.stringify(answer ?? null)}\n`);
});
await once(lines, 'close');
