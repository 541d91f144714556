// Makes canonical.jsonl: texts, and what JSON.stringify(JSON.parse(text)) makes of them; null where JSON.parse throws.
// Run: node canonical.mjs [--check]

import { writeOrCheck } from './lib/node_vectors.mjs'

const texts = [
  // Spaces, numbers, text
  ' {"b" : 1.0 ,\t"a" : [ 1e3 ,\r\n-0 , 1e400 , -1e-400 ] } ', '[]', '{}', ' [ ] ', ' { } ', '""', 'null', '[true,false,null]',
  '12345678901234567890', '9007199254740993', '0.1e1', '1E+2', '1e-7', '0.000001', '[1e21,1e20]', '1.7976931348623159e308',
  '"\\u0000\\u001F\\u007F\\u0022\\u005C\\u002F\\/\\b\\f\\n\\r\\t"', '"\\u2028\u2029\\u00e9é\\uD83D\\uDE00😀"',
  // Halves of surrogate pairs
  '"\\uD83D"', '"\\uDE00\\uD83D"', '"\\uD83D\\uD83D\\uDE00"', '"\\uD83Dx\\uDE00"', '"\\uD83D\\u0041"', '{"\\uDFFF":1,"\\udfff":2}',
  // The order of names
  '{"b":1,"a":2,"10":3,"9":4,"0":5}', '{"a":1,"b":2,"\\u0061":3}', '{"2":1,"1":2,"\\u0032":3}', '{"01":1,"1":2,"-1":3,"1.0":4,"1e0":5,"0":6}',
  '{"4294967296":1,"4294967295":2,"4294967294":3,"9007199254740991":4}', '{"__proto__":{"x":1},"a":1,"__proto__":2,"toString":3}',
  '{"toJSON":1,"length":2,"":3}', '[{"b":{"1":1,"0":2}},{"b":[{"y":1,"x":2,"y":3}]}]',
  // What JSON.parse refuses
  '', ' ', '01', '-', '1.', '.5', '+1', '1e', '1e+', '0x1', 'NaN', 'Infinity', 'undefined', 'nul', 'nulll', 'True', '1 2', '[1,]', '[,1]', '[1 2]', '[',
  ']', '[1}', '{"a":1,}', '{,}', '{a:1}', '{"a"}', '{"a":}', '{"a" 1}', '{"a":1 "b":2}', "'a'", '"', '"a', '"\\"', '"\\x41"', '"\\u12"', '"\\u12g4"',
  '"\\u+123"', '"\u0001"', '"\n"', '"\t"', '\ufeff1', '\u00a01', '1\u000b', '1\u000c', '1\u0000', '// 1\n1', '/* */1', '{"a":1}}', '"a""b"', '-01', '- 1',
]
const canonical = text => {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return null
  }
}
writeOrCheck('canonical', texts.map(text => [text, canonical(text)]))
