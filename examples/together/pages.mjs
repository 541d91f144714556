// The pages of the Express app, and which of their forms are its own.

const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const form = (action, inside) => `<form method="post" action="${action}">${inside}</form>`;

export function page(server, user, views) {
  const body = user
    ? `<h1>Hello, ${escaped(user)}</h1>
<p>You have been here <strong>${views}</strong> times, says <strong>${server}</strong>.</p>` +
      form('/logout', '<button>Log out</button>')
    : form('/login', '<label>Name <input name="name" autofocus required></label> <button>Log in</button>');
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${server}</title>
${body}
<footer>This is the app <strong>${server}</strong>.</footer>
`;
}

/** Whether a request that may change something comes from a page of another site, or of another port of this host. */
export function fromElsewhere({ method, headers }) {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin?.split('://')[1] !== headers.host;
}
