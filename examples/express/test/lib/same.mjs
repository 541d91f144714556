// A scenario as a test: played with both implementations, the notes must be equal.

import assert from 'node:assert/strict';
import { original, subject } from './implementations.mjs';
import { play } from './world.mjs';

/** `scenario` is given a `World`; see there for what it can do. */
export function same(title, scenario) {
  it(title, () => compare(original, subject, scenario));
}

/** Throws what differs. A scenario that nobody has seen anything of is a mistake. */
export async function compare(wanted, tested, scenario) {
  const expected = await play(wanted, scenario);
  const actual = await play(tested, scenario);
  assert.notDeepEqual(expected, { browser: [], server: [], contents: [] }, 'the scenario shows nothing');
  assert.deepEqual(actual, expected);
}
