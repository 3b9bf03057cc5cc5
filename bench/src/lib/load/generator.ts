import { autocannonLoad } from './autocannon.ts'
import type { Answered, Load } from './load.ts'
import { wrkLoad, wrkPath } from './wrk.ts'

/** Something that sends requests as fast as they are answered. */
export interface LoadGenerator {
  readonly name: string
  run(load: Load): Promise<Answered>
}

/** wrk where it is installed: it takes the least of the machine away from what is measured. */
export function loadGenerator(): LoadGenerator {
  return wrkPath() === undefined
    ? { name: 'autocannon (wrk gives steadier figures: apt-get install wrk)', run: autocannonLoad }
    : { name: 'wrk', run: wrkLoad }
}
