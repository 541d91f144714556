import { Random } from '../lib/random.mjs';

const DAY = 86_400_000;
const LAST = 8.64e15;

export function* cases() {
  const seen = new Set();
  for (const [name, ms] of [
    ...edges(),
    ...leapDays(),
    ...years(),
    ...months(),
    ...weekdays(),
    ...milliseconds(),
    ...generated(),
  ]) {
    if (!seen.has(ms)) yield [name, { op: 'date', ms }];
    seen.add(ms);
  }
  yield* refusals();
}

function* edges() {
  yield ['the epoch', 0];
  yield ['first moment', -LAST];
  yield ['last moment', LAST];
  yield ['first moment + 1 ms', -LAST + 1];
  yield ['last moment - 1 ms', LAST - 1];
  yield ['first day of -271821, last ms', -LAST + DAY - 1];
  yield ['32 bits of seconds', 2147483647000];
  yield ['32 bits of seconds, one more', 2147483648000];
  yield ['32 bits of seconds, negative', -2147483648000];
  yield ['unsigned 32 bits of seconds', 4294967295000];
}

function* leapDays() {
  for (const year of [
    -271820, -4, -1, 0, 4, 100, 400, 1600, 1700, 1800, 1900, 1904, 1996, 2000, 2001, 2004, 2023, 2024, 2100, 2400,
    10000, 275760,
  ]) {
    const march = at(year, 2, 1);
    yield [`last ms of February ${year}`, march - 1];
    yield [`first of March ${year}`, march];
  }
}

function* years() {
  for (const year of [
    -271820, -100000, -99999, -10000, -9999, -1000, -999, -101, -100, -1, 0, 1, 9, 10, 99, 100, 999, 1000, 1582, 1583,
    1899, 1969, 1970, 1999, 2000, 9999, 10000, 99999, 100000, 275760,
  ]) {
    yield [`start of ${year}`, at(year, 0, 1)];
    yield [`last ms before ${year}`, at(year, 0, 1) - 1];
  }
}

function* months() {
  for (let month = 0; month < 12; month++) {
    yield [`last second of month ${month + 1} of 2023`, at(2023, month + 1, 1) - 1000];
    yield [`first of month ${month + 1} of 2024`, at(2024, month, 1)];
  }
}

function* weekdays() {
  for (let day = 1; day <= 7; day++) {
    yield [`weekday ${day} of the week of the epoch`, day * DAY];
    yield [`weekday ${day}, before the epoch`, -day * DAY + 1];
    yield [`weekday ${day} of a week in -5`, at(-5, 5, day)];
  }
}

function* milliseconds() {
  for (const ms of [1, 9, 10, 99, 100, 999, 1000]) {
    yield [`${ms} ms after the epoch`, ms];
    yield [`${ms} ms before the epoch`, -ms];
  }
  for (const clock of [
    '00:00:00.000',
    '00:00:59.999',
    '00:59:59.001',
    '09:08:07.060',
    '12:00:00.500',
    '23:59:59.999',
  ]) {
    yield [`${clock} in 2023`, Date.parse(`2023-11-14T${clock}Z`)];
  }
}

function* generated() {
  const random = new Random(4);
  for (let i = 0; i < 60; i++) {
    const reach = random.pick([1e12, 1e13, 6.5e13, 2.6e14, LAST]);
    const ms = Math.round((random.below(2 ** 32) / 2 ** 31 - 1) * reach);
    yield [`generated ${i}`, ms];
  }
}

function* refusals() {
  for (const ms of [LAST + 1, -LAST - 1, 1e300, 0.5, -1.5]) yield [`refused: ${ms}`, { op: 'date', ms }];
  yield ['refused: text', { op: 'date', ms: '0' }];
  yield ['refused: null', { op: 'date', ms: null }];
  yield ['refused: nothing', { op: 'date' }];
}

// Date.UTC takes 0 to 99 for 1900 to 1999.
function at(year, month, day) {
  const date = new Date(0);
  return date.setUTCFullYear(year, month, day);
}
