import { openIoredis, openIoredisCluster, openNodeRedis, openNodeRedisCluster } from '../test/stores.ts'
import { testStores } from '../test/suites.ts'

testStores({
  'redis (a client of ioredis)': openIoredis,
  'redis (a Cluster of ioredis)': openIoredisCluster,
  'redis (a client of node-redis)': openNodeRedis,
  'redis (a cluster of node-redis)': openNodeRedisCluster,
})
