// A browser's part of HTTP, as far as sessions go: it keeps cookies by name, follows nothing, and sends forms as its own.

export class Client {
  cookies = new Map();

  constructor(cookies = []) {
    this.cookies = new Map(cookies);
  }

  /** Another browser with the same cookies. */
  twin() {
    return new Client(this.cookies);
  }

  get(program, path = '/') {
    return this.#send(program, path, {});
  }

  post(program, path, fields = {}) {
    return this.#send(program, path, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /** Who is logged in there, by its own account; `null`: nobody. */
  async user(program) {
    const { status, text } = await this.get(program, '/api/me');
    if (status !== 200) throw new Error(`${program.name} answers ${status}: ${text}`);
    return JSON.parse(text).user;
  }

  async logIn(program, name) {
    const { status, text } = await this.post(program, '/login', { name });
    if (status !== 303) throw new Error(`${program.name} answers ${status}: ${text}`);
  }

  async logOut(program) {
    const { status, text } = await this.post(program, '/logout');
    if (status !== 303) throw new Error(`${program.name} answers ${status}: ${text}`);
  }

  /** The id in the session cookie, which is the session's key in Redis. */
  get id() {
    const value = decodeURIComponent(this.cookies.get('connect.sid') ?? '');
    return value.slice(2, value.lastIndexOf('.'));
  }

  async #send(program, path, { method, body }) {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { ...(cookie && { cookie }), ...(method && { 'sec-fetch-site': 'same-origin' }) };
    const answer = await fetch(new URL(path, program.url), { method, body, headers, redirect: 'manual' });
    const lines = answer.headers.getSetCookie();
    for (const line of lines) this.#keep(line);
    return { status: answer.status, text: await answer.text(), headers: answer.headers, lines };
  }

  #keep(line) {
    const [pair, ...attributes] = line.split('; ');
    const [name, value] = pair.split(/=(.*)/s);
    const of = (wanted) => attributes.find((attribute) => attribute.startsWith(wanted))?.slice(wanted.length);
    const ended = Number(of('Max-Age=') ?? 1) <= 0 || Date.parse(of('Expires=') ?? '9999-01-01') <= Date.now();
    if (ended) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
