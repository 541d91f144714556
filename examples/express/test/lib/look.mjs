// What a program can see of a value, as plain data that two implementations can be compared by.

import { IncomingMessage, ServerResponse } from 'node:http';
import { EventEmitter } from 'node:events';

/** Keys in their order, each with its flags; prototypes by name; functions by name and length. */
export function look(value, depth = 6) {
  if (typeof value === 'function') return { function: value.name, length: value.length };
  if (typeof value === 'symbol') return { symbol: value.description };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return error(value);
  if (Object.prototype.toString.call(value) === '[object Date]') return { date: value.getTime() };
  if (Buffer.isBuffer(value)) return { buffer: value.toString('hex') };
  if (value instanceof IncomingMessage || value instanceof ServerResponse) return { node: value.constructor.name };
  if (value instanceof EventEmitter) return emitter(value);
  if (depth === 0) return '…';
  const own = Reflect.ownKeys(value)
    .filter(isOurs)
    .map((key) => [String(key), ...property(value, key, depth)]);
  return { prototype: prototypeOf(value), array: Array.isArray(value), own };
}

/** An error as a handler of errors sees it. Where it was thrown is the implementation's own affair. */
export function error(value) {
  if (!(value instanceof Error)) return { thrown: look(value) };
  const { name, message, code, status, statusCode } = value;
  const is = [TypeError, RangeError, URIError, SyntaxError]
    .filter((kind) => value instanceof kind)
    .map((kind) => kind.name);
  return { error: name, constructor: value.constructor.name, is, message, code, status, statusCode };
}

/** The keys, without those under which the original leaves what it parsed of a request's target. */
export function keysOf(value) {
  return Object.keys(value).filter(isOurs);
}

function isOurs(key) {
  return !String(key).startsWith('_parsed');
}

/** Calls a function: what it returned, or what it threw. */
export function attempt(call) {
  try {
    return { returned: look(call()) };
  } catch (thrown) {
    return { threw: error(thrown) };
  }
}

/** A class as a program can look at it: itself, and its prototype's properties with flags. */
export function lookClass(constructor) {
  const { prototype } = constructor;
  const parts = Reflect.ownKeys(prototype).map((key) => [String(key), ...property(prototype, key, 1)]);
  const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(constructor, 'prototype');
  const keys = Object.keys(constructor);
  return {
    ...look(constructor),
    keys,
    above: prototypeOf(prototype),
    parts,
    flags: { enumerable, writable, configurable },
  };
}

function property(object, key, depth) {
  const { enumerable, configurable, writable, get, set, value } = Object.getOwnPropertyDescriptor(object, key);
  const flags = (enumerable ? 'e' : '-') + (configurable ? 'c' : '-') + (writable ? 'w' : '-');
  return get || set ? [flags, 'accessor', look(get), look(set)] : [flags, look(value, depth - 1)];
}

function emitter(value) {
  const listeners = value.eventNames().map((name) => [String(name), value.listenerCount(name)]);
  return { emitter: prototypeOf(value), keys: keysOf(value), listeners };
}

function prototypeOf(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null ? null : (prototype.constructor?.name ?? 'none');
}
