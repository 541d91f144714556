import { Random } from '../lib/random.mjs';

export function* cases() {
  const random = new Random(5);
  for (let length = 0; length <= 40; length++) yield [`${length} bytes`, uid(random.bytes(length))];
  for (const length of [18, 24]) {
    yield [`${length} bytes of 00`, uid(Buffer.alloc(length))];
    yield [`${length} bytes of ff: only underscores`, uid(Buffer.alloc(length, 0xff))];
    yield [`${length} bytes: only hyphens`, uid(Buffer.from('fbefbe'.repeat(length / 3), 'hex'))];
    yield [`${length} bytes: counting`, uid(Buffer.from(Array.from({ length }, (_, i) => i)))];
    for (let i = 0; i < 10; i++) yield [`${length} bytes, ${i}`, uid(random.bytes(length))];
  }
  yield ['every byte once', uid(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))];
  yield ['one byte, trailing bits', uid(Buffer.from([0xff]))];
  yield ['two bytes, trailing bits', uid(Buffer.from([0xff, 0xff]))];
  yield ['upper-case hex', { op: 'uid', bytes_hex: 'FBEFBE' }];
  yield ['refused: odd hex', { op: 'uid', bytes_hex: 'abc' }];
  yield ['refused: bad hex', { op: 'uid', bytes_hex: '0g' }];
  yield ['refused: hex with a prefix', { op: 'uid', bytes_hex: '0x00' }];
  yield ['refused: hex with a space', { op: 'uid', bytes_hex: '00 00' }];
  yield ['refused: a number', { op: 'uid', bytes_hex: 24 }];
  yield ['refused: nothing', { op: 'uid' }];
}

function uid(bytes) {
  return { op: 'uid', bytes_hex: bytes.toString('hex') };
}
