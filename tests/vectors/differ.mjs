// Compares a program that speaks the one-line-JSON protocol with the reference, on random requests.
//
// node differ.mjs [--seed N] [-n COUNT] [--optional] PROGRAM     (PROGRAM is a command for the shell)
//
// With --optional, handlers mostly do what a program need not answer (`reload`, `cookie`, `put`, `advance`), and it must.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { answerLine } from './express.mjs';
import { difference } from './lib/differences.mjs';
import { optionalLine, requestLine } from './lib/generate.mjs';
import { lines } from './lib/lines.mjs';
import { Random } from './lib/random.mjs';

const PATIENCE_MS = 10_000;
const SHOWN = 5;

/** The program as a child process: one line in, one line out. */
class Program {
  constructor(command) {
    this.child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.replies = lines(this.child.stdout);
    // A program that has ended is noticed by the reply that does not come.
    this.child.stdin.on('error', () => {});
  }

  /** The reply, or a text that says why there is none. */
  async ask(line) {
    this.child.stdin.write(`${line}\n`);
    let timer;
    const late = new Promise((resolve) => void (timer = setTimeout(resolve, PATIENCE_MS, 'late')));
    const reply = await Promise.race([this.replies.next(), late]);
    clearTimeout(timer);
    if (reply === 'late') return { none: `no reply within ${PATIENCE_MS / 1000} s` };
    if (reply.done) return { none: 'the program ended' };
    return readReply(reply.value.toString());
  }

  async close() {
    this.child.stdin.end();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 2000);
    await once(this.child, 'exit');
    clearTimeout(timer);
  }
}

function readReply(text) {
  try {
    return { reply: JSON.parse(text) };
  } catch {
    return { none: `the reply is not JSON: ${text}` };
  }
}

/** Asks both until `count` requests are done or the program is gone; answers what differed. */
async function compare(program, random, count, optional) {
  const found = [];
  for (let i = 0; i < count; i++) {
    const line = optional ? optionalLine(random) : requestLine(random);
    const ours = answerLine(Buffer.from(line));
    const { reply, none } = await program.ask(line);
    const complaint = none ?? difference(line, ours, reply, optional);
    if (complaint) found.push({ complaint, line, ours, theirs: reply });
    if (none && !none.startsWith('the reply')) break;
  }
  return found;
}

function report(found) {
  for (const { complaint, line } of found.slice(0, SHOWN)) console.log(`${complaint}: ${line.slice(0, 200)}`);
  if (found.length > SHOWN) console.log(`and ${found.length - SHOWN} more`);
  const { complaint, line, ours, theirs } = found.reduce((a, b) => (b.line.length < a.line.length ? b : a));
  console.log(`\nThe smallest: ${complaint}`);
  console.log(
    `request:   ${line}\nreference: ${JSON.stringify(ours)}\nprogram:   ${JSON.stringify(theirs) ?? '(none)'}`,
  );
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', short: 'n', default: '10000' },
      optional: { type: 'boolean', default: false },
    },
  });
  const [seed, count] = [Number(values.seed), Number(values.count)];
  if (positionals.length === 0 || !Number.isInteger(seed) || !Number.isInteger(count)) {
    console.error('usage: node differ.mjs [--seed N] [-n COUNT] [--optional] PROGRAM');
    process.exit(2);
  }
  const program = new Program(positionals.join(' '));
  const found = await compare(program, new Random(seed), count, values.optional);
  await program.close();
  if (found.length === 0) {
    console.log(`${count} requests, seed ${seed}: no difference`);
    return;
  }
  report(found);
  console.log(`\n${found.length} differences, seed ${seed}`);
  process.exitCode = 1;
}

await main();
