/**
 * Prints the test vectors of docs/envelope.md. It made the published file once and no test runs it: the file is what
 * the code has to agree with. Made anew, it differs in salts, and in what they go into: two files draw them side by side.
 *
 *   node packages/core/vectors/generate.mjs
 *
 * Needs a Node that strips types (22.18 or newer).
 */

import { fingerprints, indexEntries, indexKeys, sealed } from './lib/accepted.mjs'
import { refused } from './lib/refused.mjs'
import { NOW, SUITE, secrets } from './lib/sealing.mjs'
import { suites, suitesRefused } from './lib/suites.mjs'

const named = { fingerprints, indexKeys, indexEntries }
const vectors = {
  format: 'sojourn/1',
  suite: SUITE,
  now: NOW,
  secrets,
  sealed,
  ...named,
  refused,
  suites,
  suitesRefused,
}
console.log(JSON.stringify(vectors, null, 2))
