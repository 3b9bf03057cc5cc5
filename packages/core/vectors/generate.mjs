/**
 * Prints the test vectors of docs/envelope.md. It made the published file once and no test runs it: the file is what
 * the code has to agree with. Made anew, it must come out the same, byte for byte:
 *
 *   node packages/core/vectors/generate.mjs | diff - packages/core/vectors/sojourn-1.json
 *
 * Needs a Node that strips types (22.18 or newer).
 */

import { fingerprints, indexKeys, sealed } from './lib/accepted.mjs'
import { refused } from './lib/refused.mjs'
import { NOW, SUITE, secrets } from './lib/sealing.mjs'

const vectors = { format: 'sojourn/1', suite: SUITE, now: NOW, secrets, sealed, fingerprints, indexKeys, refused }
console.log(JSON.stringify(vectors, null, 2))
