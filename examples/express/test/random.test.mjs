// Random programs: the same in both implementations. SEED and ROUNDS choose which and how many.

import { inspect } from 'node:util';
import { original, subject } from './lib/implementations.mjs';
import { playing } from './lib/interpret.mjs';
import { scenarioOf, shrink } from './lib/random.mjs';
import { compare } from './lib/same.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 300);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const PART = 50;

/** What differs in a scenario, if anything does. */
async function differs(scenario) {
  try {
    await compare(original, subject, playing(scenario));
    return undefined;
  } catch (failure) {
    return failure;
  }
}

describe(`random programs, SEED=${SEED}`, () => {
  for (let from = SEED; from < SEED + ROUNDS; from += PART) {
    const to = Math.min(from + PART, SEED + ROUNDS);
    it(`seeds ${from} to ${to - 1}`, async function () {
      this.timeout(0);
      for (let seed = from; seed < to; seed++) {
        if (!(await differs(scenarioOf(seed)))) continue;
        const smallest = await shrink(scenarioOf(seed), differs);
        const failure = await differs(smallest);
        const shown = inspect(smallest, { depth: 9, breakLength: 140 });
        failure.message = `SEED=${seed}, at its smallest ${shown}\n${failure.message}`;
        throw failure;
      }
    });
  }
});
