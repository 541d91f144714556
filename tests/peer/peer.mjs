// Shows what an Express peer on the same store makes of a session's absolute end, which session-core keeps in
// `sessionCore.end`: where it lets a session live past it, and what makes it keep it (`limits.mjs`).
//
//   npm ci && node peer.mjs
//
// The waits are real, up to three seconds each. A part that came too late to show anything, on a busy machine, is done
// again. Prints what it checks. Exit status 1 if something is not so.
//
//   node peer.mjs --undefended    checks apps without what is to be copied; this must fail, and the test sees to it

import { execFile } from 'node:child_process';
import { endSessions } from './limits.mjs';
import { Part } from './part.mjs';
import * as parts from './parts.mjs';
import { Redis } from './stores.mjs';

const SECONDS = 60;
const undefended = [
  // In front of express-session it sees no session.
  (part) => parts.middlewareEndsInMemory(part, { inFront: [endSessions] }),
  (part) => parts.ttlEnds(part, false),
];

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

async function main(whats) {
  const redis = await Redis.start();
  try {
    const done = await Promise.all(whats.map((what) => Part.run(redis, what)));
    for (const { title, lines } of done) console.log([`${title}:`, ...lines].join('\n'));
    const failed = done.reduce((sum, part) => sum + part.failed, 0);
    console.log(failed ? `FAILED: ${failed} checks` : 'all is well');
    return failed ? 1 : 0;
  } finally {
    await redis.stop();
  }
}

async function control(part) {
  part.title = 'The same checks of apps without what is to be copied';
  const { status, said } = await new Promise((resolve) => {
    const child = execFile(process.execPath, [import.meta.filename, '--undefended'], (error, stdout, stderr) => {
      resolve({ status: error ? error.code : 0, said: stdout + stderr });
    });
    process.on('exit', () => child.kill());
  });
  part.check('make the exit status 1', status, 1);
  const failed = said.split('\n').filter((line) => line.startsWith('  FAIL  ')).map((line) => line.slice(8));
  for (const wanted of [
    'at its end it is gone: touched',
    'at its end it is gone: saved',
    'where the next one does not find it',
    'Redis is to drop it no later than at the end',
    'and with that it is gone',
    'but does not put it back into Redis',
  ]) {
    part.check(`and fail here: ${wanted}`, failed.includes(wanted), true);
  }
  part.check('of both apps', failed.filter((line) => line === 'at its end it is gone: touched').length, 2);
}

function fail(error) {
  console.error(`FAILED: ${error.message}`);
  process.exit(1);
}

setTimeout(() => fail(new Error(`not done after ${SECONDS} seconds`)), SECONDS * 1000).unref();
try {
  process.exit(await main(process.argv[2] === '--undefended' ? undefended : [...parts.all, control]));
} catch (error) {
  fail(error);
}
