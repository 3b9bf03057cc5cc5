import { openCluster, openSentinel } from '../test/stores.ts'
import { testStores } from '../test/suites.ts'

testStores({ 'redis (Sentinel)': openSentinel, 'redis (Cluster)': openCluster })
