// One session that both implementations use in turns: a program may go from one to the other with the sessions it has.

import assert from 'node:assert/strict';
import { original, subject } from './lib/implementations.mjs';
import { cookieOf, play } from './lib/world.mjs';

const TURNS = [
  { options: { cookie: { maxAge: 60_000 } }, path: '/change' },
  { options: { cookie: { maxAge: 10_000, sameSite: 'strict' }, rolling: true }, path: '/noop' },
  { options: { cookie: {}, resave: true }, path: '/change' },
  { options: { secret: ['new', 'keyboard cat'], rolling: true }, path: '/change' },
  { options: { secret: 'new', unset: 'destroy' }, path: '/values' },
  { options: { secret: 'new' }, path: '/change' },
  { options: { secret: 'new', cookie: { maxAge: 1000 } }, path: '/regenerate' },
  { options: { secret: 'new', cookie: { maxAge: 1000 } }, path: '/change' },
  { options: { secret: 'new', unset: 'destroy' }, path: '/null' },
];

const WORK = {
  '/noop': (req, res) => res.end(JSON.stringify(req.session)),
  '/change': (req, res) => {
    req.session.n = (req.session.n ?? 0) + 1;
    res.end(JSON.stringify(req.session));
  },
  '/values': (req, res) => {
    Object.assign(req.session, { a: [1.5, 1e21, null, 'ü€😀\u2028'], b: { z: 1, 2: 2 }, c: new Date(0) });
    res.end(JSON.stringify(req.session));
  },
  '/regenerate': (req, res) =>
    req.session.regenerate(() => {
      req.session.fresh = true;
      res.end(JSON.stringify(req.session));
    }),
  '/null': (req, res) => {
    req.session = null;
    res.end('null');
  },
};

/** Plays the turns, each with the implementation whose turn it is; sessions and cookie are handed on. */
async function relay(implementations) {
  const notes = [];
  let [sessions, cookie] = [{}, undefined];
  for (const [at, { options, path }] of TURNS.entries()) {
    notes.push(
      await play(implementations[at % implementations.length], async (world) => {
        const store = world.store();
        store.sessions = sessions;
        world.pass(at * 100);
        const app = world.app({ store, genid: () => `g${at}`, ...options }, (req, res) => WORK[req.path](req, res));
        const answer = await world.visit(app, path, { cookie });
        cookie = cookieOf(answer) ?? cookie;
        ({ sessions } = store);
      }),
    );
  }
  return notes;
}

describe('one session in turns', () => {
  const others = {
    'ours after the original': [original, subject],
    'the original after ours': [subject, original],
    'two of the original, one of ours': [original, original, subject],
  };
  for (const [name, implementations] of Object.entries(others)) {
    it(name, async () => assert.deepEqual(await relay(implementations), await relay([original])));
  }
});
