import type { Serializer } from '@sojourn/core/parts'
import { parse, stringify } from 'devalue'

/** Keeps Date, Map, Set, BigInt and RegExp, and undefined in lists; throws for functions and classes. */
export const devalue: Serializer = {
  name: 'devalue-5',
  serialize: (data) => stringify(data),
  deserialize: (text) => parse(text),
}
