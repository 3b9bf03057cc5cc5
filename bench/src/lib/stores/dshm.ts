import { dshmStore } from '@sojourn/dshm'
import { heading } from '../report.ts'
import { Comparison } from './comparison.ts'
import { IN_FLIGHT } from './in-flight.ts'
import { sojourn } from './stacks/sojourn.ts'
import { storeAlone } from './stacks/store-alone.ts'

/** Two members of one cluster; there is no other client to compare with. */
export async function dshm(port: number): Promise<void> {
  heading(
    `dshm, ${IN_FLIGHT} in flight: open + save, sessions of 1 KB (GET and SET: the protocol has no compare-and-set)`,
  )
  const store = () => dshmStore({ port, poolBacklog: IN_FLIGHT })
  const alone = storeAlone('dshmStore alone: GET + SET', store())
  const whole = sojourn('sojourn (dshm)', store())
  await Comparison.of([alone, whole].map((stack) => ({ stack, unit: alone })))
  await Promise.all([alone.close(), whole.close()])
}
