import { openAutoPipelining, openSecure, openSingle, openSocket } from '../test/stores.ts'
import { testStores } from '../test/suites.ts'

testStores({
  redis: openSingle,
  'redis (auto pipelining)': openAutoPipelining,
  'redis (TLS, ACL user)': openSecure,
  'redis (unix socket, ACL user)': openSocket,
})
