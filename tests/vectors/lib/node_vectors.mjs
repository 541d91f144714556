// Vectors that Node makes by itself, without a package: written beside the script that makes them, or compared.

import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes `NAME.jsonl` in the folder above; with `--check` compares it instead, exit status 1 at the first line that differs.
 * The first line, which says by what Node they were made, is not compared.
 */
export function writeOrCheck(name, vectors) {
  const path = new URL(`../${name}.jsonl`, import.meta.url);
  const header = { node: process.version, made_by: `${name}.mjs` };
  const lines = [header, ...vectors].map((vector) => JSON.stringify(vector));
  const args = process.argv.slice(2);
  if (args.some((arg) => arg !== '--check')) throw new Error(`usage: node ${name}.mjs [--check]`);
  if (args.length === 0) {
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    console.log(`${name}.jsonl: ${vectors.length} vectors`);
    return;
  }
  const committed = readFileSync(path, 'utf8').split('\n');
  const made = [...lines, ''];
  for (let at = 1; at < Math.max(made.length, committed.length); at++) {
    if (committed[at] === made[at]) continue;
    const [was, is] = [committed[at] ?? '(no line)', made[at] ?? '(no line)'];
    console.error(`${name}.jsonl:${at + 1} differs\n  committed: ${was}\n  made now:  ${is}`);
    process.exit(1);
  }
  console.log(`${name}.jsonl is as Node ${process.version} makes it`);
}
