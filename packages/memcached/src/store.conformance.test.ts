import { testSessionStore } from '@sojourn/testing'
import { onSocket, onThreeServers, overTcp, overTls } from '../test/stores.ts'

const module = new URL('../test/stores.ts', import.meta.url)

for (const [name, create] of [
  ['memcached over TCP', overTcp],
  ['memcached on a Unix socket', onSocket],
  ['memcached over TLS', overTls],
  ['memcached on three servers', onThreeServers],
] as const)
  testSessionStore({
    name,
    create,
    otherProcess: { module, export: create.name },
    capabilities: {
      // Less than the 1 MiB that an item may have by default, with its key.
      largestValue: 1_000_000,
      // Its clock ticks once a second; the rest is for a machine that is busy.
      expirySlack: 1.5,
    },
  })
