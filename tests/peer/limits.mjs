// What an Express app needs to keep a session's absolute end, `sessionCore.end`. To be copied; one of the two will do.

/** Middleware for any store: behind express-session and in front of the app. */
export function endSessions(request, response, next) {
  const end = request.session?.sessionCore?.end ?? Infinity;
  if (Date.now() < end) next();
  else request.session.regenerate(next);
}

/** For connect-redis, as its option `ttl`: the seconds that a key has left. `idle` is in milliseconds. */
export const ttlUntilEnd = (idle) => (session) =>
  Math.floor(Math.min(idle, (session.sessionCore?.end ?? Infinity) - Date.now()) / 1000);
