import { figure, heading, markdown } from '../report.ts'
import { sessionData } from '../session-data.ts'
import { atMost, type Target } from '../target.ts'
import { type Commands, Monitor } from './monitor.ts'
import type { Stack } from './stack.ts'

const REQUESTS = 50
/** Not one of those that the load has used. */
const FIRST_SESSION = 100_000

type Request = 'changed' | 'unchanged' | 'without a cookie'

async function count(monitor: Monitor, request: (nth: number) => Promise<unknown>): Promise<Commands> {
  return await monitor.during(async () => {
    for (let nth = 0; nth < REQUESTS; nth++) await request(nth)
  })
}

const perRequest = (commands: Commands): number =>
  [...commands.values()].reduce((sum, times) => sum + times, 0) / REQUESTS

const described = (commands: Commands): string =>
  [...commands].map(([name, times]) => `${figure(times / REQUESTS)} ${name}`).join(' + ') || 'none'

/**
 * The commands for one request, which are its round trips too: each waits for the answer to the one before. All stacks
 * must have had a request before, so that connections are open and scripts are known.
 */
export async function roundTrips(port: number, stacks: readonly Stack[], ours: readonly Stack[]): Promise<Target[]> {
  heading(`Commands per request, counted by the server (MONITOR, ${REQUESTS} requests)`)
  const monitor = await Monitor.start(port)
  const targets: Target[] = []
  const rows: string[][] = []
  for (const stack of stacks) {
    const { look, anonymous } = stack
    for (let nth = 0; nth < REQUESTS; nth++) await stack.create(FIRST_SESSION + nth, sessionData(1024))
    const requests: Record<Request, Commands> = {
      changed: await count(monitor, (nth) => stack.visit(FIRST_SESSION + nth)),
      unchanged: await count(monitor, async (nth) => look?.(FIRST_SESSION + nth)),
      'without a cookie': await count(monitor, async () => anonymous?.()),
    }
    rows.push([
      stack.name,
      described(requests.changed),
      look ? described(requests.unchanged) : '',
      anonymous ? described(requests['without a cookie']) : '',
    ])
    if (!ours.includes(stack)) continue
    const opened = perRequest(requests.unchanged)
    targets.push(
      atMost(1, '', `${stack.name}: round trips to open; nothing changed, nothing more`, opened),
      atMost(1, '', `${stack.name}: further ones to save`, perRequest(requests.changed) - opened),
      atMost(0, '', `${stack.name}: without a cookie`, perRequest(requests['without a cookie'])),
    )
  }
  monitor.stop()
  markdown(['', 'open + save', 'open, nothing changed', 'without a cookie'], rows)
  return targets
}
