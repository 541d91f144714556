// The package before it is built, or with an addon that is none.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

describe('without its addon, the package', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'unbuilt-'));
    cpSync(fileURLToPath(new URL('../addon.js', import.meta.url)), join(folder, 'addon.js'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says what is to be run, and where', () => {
    assert.throws(
      () => require(join(folder, 'addon.js')),
      (failure) => {
        assert.match(failure.message, /has not been built/);
        assert.match(failure.message, /npm run build/);
        assert.ok(failure.message.includes(folder));
        return failure.cause.code === 'MODULE_NOT_FOUND';
      },
    );
  });

  it('says that what is there cannot be loaded', () => {
    writeFileSync(join(folder, 'session-core.node'), 'no addon');
    assert.throws(
      () => require(join(folder, 'addon.js')),
      (failure) => /cannot be loaded/.test(failure.message) && failure.cause instanceof Error,
    );
  });
});
