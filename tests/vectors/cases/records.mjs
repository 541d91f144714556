import { BROKEN, DOCUMENTS, NOTHING } from '../lib/documents.mjs';

export function* cases() {
  for (const [name, json] of Object.entries(DOCUMENTS)) yield [name, record(json)];
  for (const [name, json] of Object.entries({ ...BROKEN, ...NOTHING })) yield [`refused, ${name}`, record(json)];
  yield ['refused, request: no json', { op: 'record' }];
  yield ['refused, request: json is an object', { op: 'record', json: { cookie: {} } }];
  yield ['refused, request: json is null', { op: 'record', json: null }];
}

function record(json) {
  return { op: 'record', json };
}
