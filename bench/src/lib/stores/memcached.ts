import { memcachedStore } from '@sojourn/memcached'
import { heading } from '../report.ts'
import { atLeast, type Target } from '../target.ts'
import { Comparison } from './comparison.ts'
import { IN_FLIGHT } from './in-flight.ts'
import { memcachedClient, memjsClient } from './stacks/memcached-clients.ts'
import { sojourn } from './stacks/sojourn.ts'
import { storeAlone } from './stacks/store-alone.ts'

/** Our client beside those of npm, and the whole path of a request, on one memcached. */
export async function memcached(port: number): Promise<Target[]> {
  heading(`memcached, ${IN_FLIGHT} in flight: gets + cas of 1 KB; open + save of sessions of 1 KB`)
  const unit = memcachedClient(port)
  const memjs = memjsClient(port)
  const alone = storeAlone('memcachedStore alone: gets + cas', memcachedStore({ port }))
  const whole = sojourn('sojourn (memcached)', memcachedStore({ port }))
  const stacks = [unit, memjs, alone, whole]
  const compared = await Comparison.of(stacks.map((stack) => ({ stack, unit })))
  await Promise.all(stacks.map((stack) => stack.close()))
  return [atLeast(2, 'x', 'memcached: gets + cas, of the best npm client with cas', compared.perSecond(alone, unit))]
}
