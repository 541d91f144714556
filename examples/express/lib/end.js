'use strict';

const debug = require('debug')('express-session');

module.exports = holdEnd;

/**
 * Has `commit(done)` called once when the response ends. If it answers true, the client does not see the end of the
 * response before `done` is called: all of it goes out at once but the last byte.
 */
function holdEnd(res, commit) {
  const { end: endNow, write } = res;
  let ended = false;

  res.end = function end(chunk, encoding) {
    if (ended) return false;
    ended = true;

    let held = [chunk, encoding];
    let sent = false;
    let result;
    const done = () => {
      if (sent) return;
      sent = true;
      result = endNow.call(res, ...held);
    };

    if (!commit(done)) return endNow.call(res, chunk, encoding);
    if (sent) return result;

    if (!res._header) res._implicitHeader();
    if (chunk == null) return true;

    if (Number(res.getHeader('Content-Length')) > 0) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk, encoding);
      if (bytes.length > 0) {
        debug('split response');
        held = [bytes.subarray(-1), undefined];
        return write.call(res, bytes.subarray(0, -1));
      }
      [chunk, encoding] = [bytes, undefined];
    }
    held = [];
    return write.call(res, chunk, encoding);
  };
}
