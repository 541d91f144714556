// An ordinary Express app with sessions, and a door to its store. `examples/interop.rs` is the same in Rust.
//
//   GET  /session        the session's id and data
//   PUT  /session/NAME   puts the JSON of the body into the session
//   GET  /store/ID       the stored document, letter for letter
//   PUT  /store/ID       puts such a document there

import express from 'express';
import session from 'express-session';

const store = new session.MemoryStore();
const app = express();
app.set('env', 'production');

// In front of the session, so that it takes no part in it.
app.use(express.text({ type: () => true }));
app.get('/store/:id', (request, response) => {
  const text = store.sessions[request.params.id];
  response.status(text === undefined ? 404 : 200).type('json').send(text ?? 'null');
});
app.put('/store/:id', (request, response) => {
  store.sessions[request.params.id] = request.body;
  response.status(204).end();
});

app.use(session({
  secret: process.env.SECRETS.split('\n'),
  store,
  resave: false,
  saveUninitialized: false,
  cookie: { maxAge: 600_000, sameSite: 'lax' },
}));
app.get('/session', answer);
app.put('/session/:name', (request, response) => {
  request.session[request.params.name] = JSON.parse(request.body);
  answer(request, response);
});

function answer(request, response) {
  const { cookie, ...data } = request.session;
  response.json({ id: request.sessionID, data });
}

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
