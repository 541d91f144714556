'use strict';

/*
 * The addon, built from src/ by `npm run build`.
 */

const { join } = require('path');

const file = join(__dirname, 'session-core.node');

try {
  module.exports = require(file);
} catch (cause) {
  const missing = cause.code === 'MODULE_NOT_FOUND';
  throw new Error(
    `express-session: the addon ${file} ${missing ? 'has not been built' : 'cannot be loaded'}; ` +
      `with Rust installed, run \`npm run build\` in ${__dirname}`,
    { cause },
  );
}
