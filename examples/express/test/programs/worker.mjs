// A program in a thread of its own: visits itself, and posts what it was told.

import { createRequire } from 'node:module';
import { once } from 'node:events';
import http from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const session = createRequire(import.meta.url)(workerData);
let ids = 0;
const options = { secret: 'keyboard cat', resave: false, saveUninitialized: false, genid: () => `id-${++ids}` };
const middleware = session(options);
const server = http
  .createServer((req, res) =>
    middleware(req, res, () => {
      req.session.n = (req.session.n ?? 0) + 1;
      res.end(`${req.session.n}`);
    }),
  )
  .listen(0, '127.0.0.1');
await once(server, 'listening');
const address = `http://127.0.0.1:${server.address().port}/`;
let cookie;
const told = [];
for (let left = 3; left > 0; left--) {
  const answer = await fetch(address, { headers: cookie ? { cookie } : {} });
  cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  told.push([answer.status, answer.headers.getSetCookie(), await answer.text()]);
}
server.closeAllConnections();
server.close();
parentPort.postMessage(told);
