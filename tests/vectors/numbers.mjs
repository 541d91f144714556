// Makes numbers.jsonl: doubles by their bits, and as JSON.stringify spells them.
// Run: node numbers.mjs [--check]

import { writeOrCheck } from './lib/node_vectors.mjs'

let seed = 1n
const random = () => {
  // splitmix64
  seed = BigInt.asUintN(64, seed + 0x9e3779b97f4a7c15n)
  let mixed = BigInt.asUintN(64, (seed ^ (seed >> 30n)) * 0xbf58476d1ce4e5b9n)
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn)
  return mixed ^ (mixed >> 31n)
}
const view = new DataView(new ArrayBuffer(8))
const bitsOf = number => { view.setFloat64(0, number); return view.getBigUint64(0) }
const fromBits = bits => { view.setBigUint64(0, bits); return view.getFloat64(0) }

const edges = [
  0, -0, 1, -1, 0.1, 1.5, 123.456, 1e15, 1e20, 1e21, 1e22, 1e23, 1e-5, 1e-6, 1e-7, 1.5e-7, 123456789012345680000, 5e-324, 2 ** -1022,
  Number.MAX_VALUE, Number.EPSILON, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, 2 ** 128, 0.1 + 0.2, 1 / 3, NaN, Infinity, -Infinity,
]
// Halfway between two shortest spellings: the even one is taken.
const halfway = [2 ** -25, 2 ** 50 + 0.25, 2 ** 50 + 0.75, 720427299002034.25, -1393021200146993.25, 1436281082860678.25]
const powers = Array.from({ length: 108 }, (_, i) => 2 ** (i * 19 - 1022))
const random64 = Array.from({ length: 150 }, () => fromBits(random()))
const decimals = Array.from({ length: 100 }, () => Number(random() >> 30n) / 10 ** Number(random() % 16n))
const longIntegers = Array.from({ length: 60 }, () => Number(random() >> (random() % 12n)))
// Likewise with ever more digits behind the point: an odd number over 2^k has k of them, and here 17 in all.
const ties = Array.from({ length: 23 }, (_, i) => i + 1).flatMap(k => Array.from({ length: 4 }, () => {
  const [least, end] = [45n, 100n].map(bound => bound * 10n ** 15n / 5n ** BigInt(k))
  return Number(least + random() % (end - least) | 1n) / 2 ** k
}))

const numbers = [...edges, ...halfway, ...powers, ...random64, ...decimals, ...longIntegers, ...ties]
writeOrCheck('numbers', numbers.map(number => [bitsOf(number).toString(16).padStart(16, '0'), JSON.stringify(number)]))
