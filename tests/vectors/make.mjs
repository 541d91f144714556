// Makes the vector files beside it, by asking the reference (express.mjs), which runs the real packages. Where a file of
// cases has its own `answer`, that is asked: what it shows is not Express's.
//
// node make.mjs           writes the files
// node make.mjs --check   compares them with what it would write; exit status 1 at the first line that differs

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { answerNow } from './express.mjs';
import { versions } from './lib/packages.mjs';

const FILES = ['codec', 'dates', 'exchange', 'hkdf', 'lifecycle', 'parse', 'records', 'serialize', 'sign', 'traces', 'uid'];
const HEADER = { made_by: 'tests/vectors/make.mjs' };

async function linesOf(file) {
  const { cases, answer } = await import(`./cases/${file}.mjs`);
  const names = new Set();
  const lines = [JSON.stringify(answer ? HEADER : { ...HEADER, packages: versions })];
  for (const [name, request] of cases()) {
    if (names.has(name)) throw new Error(`${file}: two vectors are called ${name}`);
    names.add(name);
    // As the program would: what it reads is JSON, in which there is no undefined and no -0.
    lines.push(JSON.stringify({ name, request, reply: (answer ?? answerNow)(JSON.parse(JSON.stringify(request))) }));
  }
  return lines;
}

function pathOf(file) {
  return new URL(`${file}.jsonl`, import.meta.url);
}

function write(file, lines) {
  writeFileSync(pathOf(file), lines.map((line) => `${line}\n`).join(''));
  console.log(`${file}.jsonl: ${lines.length - 1} vectors`);
}

/** The complaint about the first difference, or null. */
function difference(file, lines) {
  if (!existsSync(pathOf(file))) return `${file}.jsonl is missing`;
  const found = readFileSync(pathOf(file), 'utf8').split('\n');
  const made = [...lines, ''];
  const at = made.findIndex((line, i) => line !== found[i]);
  if (at === -1 && found.length === made.length) return null;
  const line = at === -1 ? made.length : at;
  const [committed, now] = [found, made].map((lines) => lines[line] ?? '(no line)');
  return `${file}.jsonl:${line + 1} differs\n  committed: ${committed}\n  made now:  ${now}`;
}

async function main(args) {
  const check = args.includes('--check');
  if (args.some((arg) => arg !== '--check')) throw new Error('usage: node make.mjs [--check]');
  for (const file of FILES) {
    const lines = await linesOf(file);
    if (!check) {
      write(file, lines);
      continue;
    }
    const complaint = difference(file, lines);
    if (complaint !== null) {
      console.error(complaint);
      process.exit(1);
    }
  }
  if (check) console.log(`${FILES.length} files are as the packages make them`);
}

await main(process.argv.slice(2));
