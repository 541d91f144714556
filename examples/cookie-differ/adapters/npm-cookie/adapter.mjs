// npm cookie as one more parser: one line of JSON in, one line of JSON out. `node adapter.mjs PACKAGE`.

import { isUtf8 } from 'node:buffer';

const library = await import(process.argv[2] ?? 'cookie-current');
// It has been `parse` up to version 1, and `parseCookie` since.
const parse = library.parse ?? library.parseCookie ?? library.default?.parse;

// A reply is bytes. Node hands a header's bytes over as latin1 characters; what is decoded goes back among them.
function decode(text) {
  if (!text.includes('%')) return text;
  try {
    decodeURIComponent(text);
  } catch {
    // As both versions do where it throws.
    return text;
  }
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(decodeURIComponent(run)).toString('latin1'));
}

function spelled(text) {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : { hex: bytes.toString('hex') };
}

function answer(request) {
  if (request?.op !== 'parse') return { error: { kind: 'unsupported', message: 'only parse' } };
  const bytes = 'header_hex' in request ? Buffer.from(request.header_hex, 'hex') : Buffer.from(request.header);
  const cookies = parse(bytes.toString('latin1'), { decode });
  return { ok: Object.entries(cookies).map(([name, value]) => [spelled(name), spelled(value)]) };
}

function reply(line) {
  try {
    return answer(JSON.parse(line));
  } catch (error) {
    return { error: { kind: 'refused', message: String(error.message) } };
  }
}

// Not node:readline, which also splits at U+2028.
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) process.stdout.write(`${JSON.stringify(reply(line))}\n`);
});
