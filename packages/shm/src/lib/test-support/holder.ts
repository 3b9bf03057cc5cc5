/** Stops in the middle of a write, with what keeps all other processes from writing; says so before. */
import { checkedOptions } from '../options.ts'
import { join } from '../shared.ts'

const [path = ''] = process.argv.slice(2)
const { records } = await join(checkedOptions({ path, size: '1m' }))
records.transactionSync(() => {
  void records.put(Uint8Array.of(200), new Uint8Array(5000))
  process.send?.('holding')
  process.kill(process.pid, 'SIGSTOP')
})
