// Ways to answer a request.

import { Readable } from 'node:stream';
import { attempt } from './look.mjs';

/** Those that call `note` show what the response's own methods return. */
export const WAYS = {
  'end()': (res) => res.end(),
  'end(null)': (res) => res.end(null),
  'end(undefined)': (res) => res.end(undefined),
  'end("")': (res) => res.end(''),
  'end(text)': (res) => res.end('text'),
  'end(text, encoding)': (res) => res.end('7465787421', 'hex'),
  'end(text, latin1)': (res) => res.end('größe', 'latin1'),
  'end(beyond ASCII)': (res) => res.end('größe €😀'),
  'end(buffer)': (res) => res.end(Buffer.from('buffer')),
  'end(Uint8Array)': (res) => res.end(new Uint8Array([65, 66, 67])),
  'end(empty buffer)': (res) => res.end(Buffer.alloc(0)),
  'end(callback)': (res, note) => res.end(() => note('ended')),
  'end(text, callback)': (res, note) => res.end('text', () => note('ended')),
  'end(text, encoding, callback)': (res, note) => res.end('text', 'utf8', () => note('ended')),
  'end(null, null, callback)': (res, note) => res.end(null, null, () => note('ended')),
  'write, end()': (res) => {
    res.write('one');
    res.end();
  },
  'write, end(text)': (res) => {
    res.write('one');
    res.end('two');
  },
  'write(""), end(text)': (res) => {
    res.write('');
    res.end('two');
  },
  'write twice, end(buffer)': (res) => {
    res.write('one');
    res.write(Buffer.from('two'));
    res.end(Buffer.from('three'));
  },
  'write with a callback': (res, note) => {
    res.write('one', () => note('written'));
    res.end('two');
  },
  'write, later end': (res) => {
    res.write('one');
    setTimeout(() => res.end('two'), 2);
  },
  'flushHeaders, end': (res) => {
    res.flushHeaders();
    res.end('text');
  },
  'flushHeaders, end()': (res) => {
    res.flushHeaders();
    res.end();
  },
  'writeHead, end': (res) => {
    res.writeHead(201, { 'X-Own': 'own' });
    res.end('text');
  },
  'writeHead with a reason': (res) => {
    res.writeHead(202, 'Fine', { 'X-Own': 'own' }).end('text');
  },
  'writeHead with an array': (res) => {
    res.writeHead(200, ['X-Own', '1', 'X-Other', '2']);
    res.end('text');
  },
  'writeHead with cookies': (res) => {
    res.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] });
    res.end('text');
  },
  'writeHead with one cookie': (res) => {
    res.writeHead(200, { 'Set-Cookie': 'a=1' });
    res.end('text');
  },
  'writeHead with cookies in an array': (res) => {
    res.writeHead(200, ['Set-Cookie', 'a=1']);
    res.end('text');
  },
  'writeHead with a length': (res) => {
    res.writeHead(200, { 'Content-Length': 4 });
    res.end('text');
  },
  'writeHead twice': (res, note) => {
    res.writeHead(200);
    note(attempt(() => res.writeHead(201)));
    res.end('text');
  },
  'a length and text': (res) => {
    res.setHeader('Content-Length', 4);
    res.end('text');
  },
  'a length and a buffer': (res) => {
    res.setHeader('Content-Length', '6');
    res.end(Buffer.from('buffer'));
  },
  'a length and one byte': (res) => {
    res.setHeader('Content-Length', 1);
    res.end('x');
  },
  'a length and hex': (res) => {
    res.setHeader('Content-Length', 5);
    res.end('7465787421', 'hex');
  },
  'a length and beyond ASCII': (res) => {
    res.setHeader('Content-Length', 7);
    res.end('größe');
  },
  'a length and nothing': (res) => {
    res.setHeader('Content-Length', 0);
    res.end();
  },
  'a length and empty text': (res) => {
    res.setHeader('Content-Length', 0);
    res.end('');
  },
  'a length and parts': (res) => {
    res.setHeader('Content-Length', 6);
    res.write('one');
    res.end('two');
  },
  'a length, all written, and empty text': (res) => {
    res.setHeader('Content-Length', 4);
    res.write('text');
    res.end('');
  },
  'a length and a callback': (res, note) => {
    res.setHeader('Content-Length', 4);
    res.end('text', () => note('ended'));
  },
  'a length that is no number': (res, note) => {
    note(attempt(() => res.setHeader('Content-Length', 'x')));
    res.end('text');
  },
  'a number to write': (res, note) => {
    note(attempt(() => res.write(7)));
    res.end('text');
  },
  'end twice': (res, note) => {
    note(res.end('one') === res);
    note(res.end('two'));
  },
  'end and write': (res, note) => {
    res.on('error', (failure) => note(failure.code));
    res.end('one');
    note(attempt(() => res.write('two')));
  },
  'end and setHeader': (res, note) => {
    res.end('one');
    note(attempt(() => res.setHeader('X-Late', '1')));
  },
  'end and what it returns': (res, note) => note(attempt(() => typeof res.end('text'))),
  'end() and what it returns': (res, note) => note(attempt(() => typeof res.end())),
  'status 204': (res) => {
    res.statusCode = 204;
    res.end();
  },
  'status 204 with text': (res) => {
    res.statusCode = 204;
    res.end('text');
  },
  'status 304': (res) => {
    res.statusCode = 304;
    res.end();
  },
  'status 304 with text': (res) => {
    res.statusCode = 304;
    res.end('text');
  },
  'status 304 with a length': (res) => {
    res.statusCode = 304;
    res.setHeader('Content-Length', 4);
    res.end('text');
  },
  'send text': (res) => res.send('text'),
  'send an object': (res) => res.send({ a: 1 }),
  'send a buffer': (res) => res.send(Buffer.from('buffer')),
  'send nothing': (res) => res.send(),
  json: (res) => res.json({ a: [1, null, 'ü'] }),
  jsonp: (res) => res.jsonp({ a: 1 }),
  redirect: (res) => res.redirect('/elsewhere'),
  'redirect 303': (res) => res.redirect(303, '/elsewhere'),
  sendStatus: (res) => res.sendStatus(418),
  attachment: (res) => res.attachment('a.txt').send('text'),
  'cookie of the program': (res) => {
    res.cookie('own', 'value', { maxAge: 1000 });
    res.clearCookie('old');
    res.end('text');
  },
  'Set-Cookie, one': (res) => {
    res.setHeader('Set-Cookie', 'own=value');
    res.end('text');
  },
  'Set-Cookie, array': (res) => {
    res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    res.end('text');
  },
  'Set-Cookie, empty array': (res) => {
    res.setHeader('Set-Cookie', []);
    res.end('text');
  },
  'Set-Cookie, empty text': (res) => {
    res.setHeader('Set-Cookie', '');
    res.end('text');
  },
  'Set-Cookie, number': (res) => {
    res.setHeader('Set-Cookie', 7);
    res.end('text');
  },
  'Set-Cookie, small letters': (res) => {
    res.setHeader('set-cookie', 'own=value');
    res.end('text');
  },
  appendHeader: (res) => {
    res.appendHeader('Set-Cookie', 'a=1').appendHeader('Set-Cookie', 'b=2');
    res.end('text');
  },
  'a stream': (res) => Readable.from(['one', 'two', 'three']).pipe(res),
  'a stream of one': (res) => Readable.from([Buffer.from('one')]).pipe(res),
  'a stream of nothing': (res) => Readable.from([]).pipe(res),
  'a large text': (res) => res.end('x'.repeat(300_000)),
  'large parts': (res) => {
    for (let left = 20; left > 0; left--) res.write('y'.repeat(20_000));
    res.end('z'.repeat(20_000));
  },
  cork: (res) => {
    res.cork();
    res.write('one');
    res.write('two');
    res.uncork();
    res.end('three');
  },
  trailers: (res) => {
    res.setHeader('Trailer', 'X-Trailer');
    res.write('one');
    res.addTrailers({ 'X-Trailer': 'end' });
    res.end();
  },
  'writeContinue and writeEarlyHints': (res) => {
    res.writeContinue();
    res.end('text');
  },
  destroy: (res) => res.destroy(),
  'destroy after write': (res) => {
    res.write('one');
    setImmediate(() => res.destroy());
  },
};
