// Reading the fields of a request: each function answers a checked value or throws a Refusal.

import { isUtf8 } from 'node:buffer';

/** A reply `{"error": {"kind", "message"}}`. */
export class Refusal extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

export function refuse(message) {
  throw new Refusal('bad_request', message);
}

export const isText = (value) => typeof value === 'string';
export const isBoolean = (value) => typeof value === 'boolean';
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** A whole number, in Date's range or not. */
export const isWhole = Number.isInteger;
export const isTime = (value) => isWhole(value) && Math.abs(value) <= 8.64e15;

/** `fields[name]` if `test` holds for it. */
export function field(fields, name, test) {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return test(value) ? value : refuse(`field ${name} is missing or of the wrong type`);
}

export function listOf(fields, name, read) {
  return field(fields, name, Array.isArray).map(read);
}

/** Refuses a name that `known` does not list. */
export function onlyKnown(fields, known, what) {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`unknown ${what}: ${unknown}`);
}

export function fromHex(text) {
  if (!isText(text) || !/^([0-9a-fA-F]{2})*$/.test(text)) refuse('not hexadecimal');
  return Buffer.from(text, 'hex');
}

/** The bytes of field `name`: its text in UTF-8, or those spelled in `name_hex`; one of the two is there. */
export function bytesField(fields, name) {
  const hex = `${name}_hex`;
  if (Object.hasOwn(fields, name) && Object.hasOwn(fields, hex)) refuse(`both ${name} and ${hex}`);
  return Object.hasOwn(fields, hex) ? fromHex(fields[hex]) : Buffer.from(field(fields, name, isText));
}

/** The bytes of a value inside a list: a text, or `{"hex": "…"}`. */
export function bytesItem(value) {
  if (isText(value)) return Buffer.from(value);
  return isObject(value) ? fromHex(value.hex) : refuse('neither text nor {"hex"}');
}

/** Bytes as they stand in a reply: text where they are UTF-8. */
export function bytesOut(bytes) {
  return isUtf8(bytes) ? bytes.toString() : { hex: bytes.toString('hex') };
}

/** Text in a request is UTF-8, so half a surrogate pair cannot be meant. */
export function refuseLoneSurrogates(value) {
  if (isText(value) && !value.isWellFormed()) refuse('a text with a lone surrogate');
  if (typeof value !== 'object' || value === null) return;
  for (const [name, item] of Object.entries(value)) {
    refuseLoneSurrogates(name);
    refuseLoneSurrogates(item);
  }
}
