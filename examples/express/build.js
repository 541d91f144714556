'use strict';

/*
 * Builds the addon with cargo and puts it beside index.js, which is all that Node needs to load it.
 */

const { execFileSync } = require('child_process');
const { copyFileSync } = require('fs');
const { join } = require('path');

const LIBRARY = { darwin: 'libsession_core_express.dylib', win32: 'session_core_express.dll' };

const messages = execFileSync('cargo', ['build', '--release', '--message-format=json-render-diagnostics'], {
  cwd: __dirname, encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'inherit'],
});
const built = messages.split('\n').filter(Boolean).map((line) => JSON.parse(line))
  .flatMap((message) => (message.reason === 'compiler-artifact' ? message.filenames : []))
  .find((file) => file.endsWith(LIBRARY[process.platform] ?? 'libsession_core_express.so'));
if (!built) throw new Error('cargo has built no library');
copyFileSync(built, join(__dirname, 'session-core.node'));
