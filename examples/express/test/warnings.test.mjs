// What is written to standard error: deprecations, the warning of MemoryStore, and the lines of DEBUG.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ORIGINAL, SUBJECT } from './lib/implementations.mjs';

const PROGRAM = fileURLToPath(new URL('programs/warnings.mjs', import.meta.url));
const require = createRequire(new URL('lib/', import.meta.url));
const run = promisify(execFile);

/** What the program says. A place in its own text is told in full, one in the package's by the file. */
async function said(name, environment = {}) {
  const { PATH, HOME } = process.env;
  const { stdout, stderr } = await run(process.execPath, [PROGRAM, require.resolve(name)], {
    env: { PATH, HOME, ...environment },
  });
  return { stdout, lines: stderr.split('\n').map((line) => line.replace(/ at \S*index\.js:\d+:\d+$/, ' at index.js')) };
}

describe('warnings', () => {
  const environments = {
    'as they come': {},
    'in production': { NODE_ENV: 'production' },
    'in tests': { NODE_ENV: 'test' },
    'none wanted': { NO_DEPRECATION: 'express-session' },
    'none at all': { NO_DEPRECATION: '*' },
  };
  for (const [name, environment] of Object.entries(environments)) {
    it(name, async () => {
      const wanted = await said(ORIGINAL, environment);
      assert.deepEqual(await said(SUBJECT, environment), wanted);
    });
  }

  it('are there', async () => {
    const { lines } = await said(SUBJECT);
    for (const text of [
      'undefined resave option',
      'undefined saveUninitialized option',
      'req.secret',
      'cookie should be available',
      'maxAge as Date',
    ]) {
      assert.ok(
        lines.some((line) => line.includes(`express-session deprecated ${text}`)),
        text,
      );
    }
  });

  it('the lines of DEBUG, which tell no id, no cookie and no session', async () => {
    const environment = { DEBUG: 'express-session', NO_DEPRECATION: '*' };
    const wanted = await said(ORIGINAL, environment);
    const tested = await said(SUBJECT, environment);
    // The same twice says no more than once.
    const without = ({ lines }) =>
      lines
        .map((line) => line.replace(/(express-session (fetching|saving|reloading|set-cookie)) .*/, '$1'))
        .filter((line, at, all) => line !== all[at - 1]);
    assert.ok(wanted.lines.length > 20, 'DEBUG says nothing');
    assert.deepEqual(without(tested), without(wanted));
    assert.ok(!tested.lines.some((line) => /id-\d|connect\.sid=/.test(line)), 'an id is told');
  });
});
