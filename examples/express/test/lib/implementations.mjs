// The two that are compared: express-session itself, and what stands in for it.

import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
export const ORIGINAL = 'original-express-session';

/** What is tested: this package, or what SUBJECT names (a package or a path). */
export const SUBJECT = process.env.SUBJECT ?? '../..';

/** The files of express-session that a program may require. */
const PARTS = ['index', 'session/cookie', 'session/session', 'session/store', 'session/memory'];

let loads = 0;

/** A package loaded anew: with warnings of its own still to give, even if it was loaded before. */
export function load(name) {
  const folder = dirname(require.resolve(name)) + sep;
  for (const file of Object.keys(require.cache)) {
    const inside = file.startsWith(folder) && !file.slice(folder.length).startsWith(`node_modules${sep}`);
    // What was compiled can be loaded once in a process.
    if (inside && !file.endsWith('.node')) delete require.cache[file];
  }
  const session = require(name);
  const parts = new Map(
    PARTS.flatMap((path) => [path, `${path}.js`]).map((path) => [path, require(`${name}/${path}`)]),
  );
  const { href } = pathToFileURL(require.resolve(name));
  return { session, part: (path) => parts.get(path) ?? require(`${name}/${path}`), location: `${href}?${++loads}` };
}

export const original = load(ORIGINAL);
export const subject = load(SUBJECT);

/** Another copy of the original, for a control that plants a fault in it. */
export const twin = () => load(ORIGINAL);
