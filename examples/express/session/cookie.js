'use strict';

const deprecate = require('depd')('express-session');

const { setExpires, setMaxAge, wholeDocument } = require('../addon');
const { serialize } = require('../lib/serialize');

module.exports = Cookie;

/** The fields of a cookie in a document, in their order; their values are to be filled in. */
const DATA = JSON.parse(wholeDocument()).cookie;

/**
 * The cookie of a session: when the session ends, and what its Set-Cookie line says.
 */
function Cookie(options) {
  this.path = '/';
  this.maxAge = null;
  this.httpOnly = true;

  if (options) {
    if (typeof options !== 'object') throw new TypeError('argument options must be a object');
    for (const key in options) {
      if (key !== 'data') this[key] = options[key];
    }
  }

  this.originalMaxAge ??= this.maxAge;
}

// A literal, so that `for … in` over a cookie finds these too, as programs are used to.
Cookie.prototype = {
  set expires(date) {
    this._expires = date;
    this.originalMaxAge = left(date);
  },

  get expires() {
    return this._expires;
  },

  set maxAge(ms) {
    if (ms && typeof ms !== 'number' && !(ms instanceof Date)) {
      throw new TypeError('maxAge must be a number or Date');
    }
    if (ms instanceof Date) deprecate('maxAge as Date; pass number of milliseconds instead');

    if (typeof ms !== 'number') {
      this.expires = ms;
      return;
    }
    const now = Date.now();
    const maxAge = setMaxAge(ms, now);
    this._expires = new Date(now + maxAge);
    this.originalMaxAge = maxAge;
  },

  get maxAge() {
    return left(this.expires);
  },

  get data() {
    const data = { ...DATA };
    data.originalMaxAge = this.originalMaxAge;
    data.partitioned = this.partitioned;
    data.priority = this.priority;
    data.expires = this._expires;
    data.secure = this.secure;
    data.httpOnly = this.httpOnly;
    data.domain = this.domain;
    data.path = this.path;
    data.sameSite = this.sameSite;
    return data;
  },

  serialize(name, val) {
    return serialize(name, val, this.data);
  },

  toJSON() {
    return this.data;
  },
};

/** How long it is until a date, in ms; what is no date is what it is. */
function left(expires) {
  return expires instanceof Date ? setExpires(expires.valueOf(), Date.now()) : expires;
}
