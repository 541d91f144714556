import * as attributes from './exchange/attributes.mjs';
import * as cookies from './exchange/cookies.mjs';
import * as documents from './exchange/documents.mjs';
import * as operations from './exchange/operations.mjs';
import * as refusals from './exchange/refusals.mjs';

export function* cases() {
  yield* attributes.cases();
  yield* cookies.cases();
  yield* operations.cases();
  yield* documents.cases();
  yield* refusals.cases();
}
