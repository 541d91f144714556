// One part of the test: what it starts and checks, and that it is done again if it came too late to show anything.

import { isDeepStrictEqual } from 'node:util';
import { App } from './app.mjs';
import { Memory } from './stores.mjs';

const TRIES = 8;

export class Part {
  title = '';
  lines = [];
  failed = 0;
  #redis;
  #apps = [];

  constructor(redis) {
    this.#redis = redis;
  }

  /** Does `what`, a function of a part, again as long as it comes too late. */
  static async run(redis, what) {
    for (let tries = 1; ; tries += 1) {
      const part = new Part(redis);
      try {
        await what(part);
        return part;
      } catch (error) {
        if (!(error instanceof Late)) throw new Error(`${part.title}: ${error.message}`, { cause: error });
        if (tries === TRIES) throw new Error(`${part.title}: too late ${TRIES} times, the machine is too busy`);
      } finally {
        part.#apps.forEach((app) => app.stop());
      }
    }
  }

  /** An app, and the store that it uses. `middlewares` are those of `App.start`. */
  async onMemory(middlewares) {
    return this.#start(new Memory(), middlewares);
  }

  /** Likewise; `ttl` is connect-redis's option. */
  async onRedis(ttl, middlewares) {
    return this.#start(this.#redis.with(ttl), middlewares);
  }

  async #start(store, middlewares) {
    const app = await App.start(store.store, middlewares);
    this.#apps.push(app);
    return [app, store];
  }

  check(what, found, expected) {
    if (isDeepStrictEqual(found, expected)) {
      this.lines.push(`  ok    ${what}`);
    } else {
      this.failed += 1;
      this.lines.push(`  FAIL  ${what}`);
      this.lines.push(`        found    ${JSON.stringify(found)}`, `        expected ${JSON.stringify(expected)}`);
    }
  }

  /** What is promised, if it came in time: later it would show nothing. */
  async by(time, promise) {
    const value = await promise;
    this.inTime(Date.now(), time);
    return value;
  }

  /** What is awaited later, or never if something else comes too late before. */
  begin(promise) {
    promise.catch(() => {});
    return promise;
  }

  inTime(time, limit) {
    if (time >= limit) throw new Late();
  }
}

class Late extends Error {}
