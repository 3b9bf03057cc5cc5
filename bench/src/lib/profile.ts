import { Session } from 'node:inspector/promises'
import { basename } from 'node:path'
import type { Task } from './measure.ts'
import { figure, say, table } from './report.ts'

const SHOWN = 14

/** Says in which functions a task spends its time, by sampling the stack; for a target that was missed. */
export async function profile(title: string, task: Task, runs = 40_000): Promise<void> {
  const inspector = new Session()
  inspector.connect()
  await inspector.post('Profiler.enable')
  await inspector.post('Profiler.setSamplingInterval', { interval: 100 })
  await inspector.post('Profiler.start')
  for (let run = 0; run < runs; run++) await task.run()
  const { profile } = await inspector.post('Profiler.stop')
  inspector.disconnect()

  const hits = new Map<string, number>()
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    const file = basename(callFrame.url)
    const where = file ? ` (${file})` : ''
    const name = `${callFrame.functionName || 'anonymous'}${where}`
    hits.set(name, (hits.get(name) ?? 0) + hitCount)
  }
  const total = [...hits.values()].reduce((sum, count) => sum + count, 0)
  const top = [...hits].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
  say(`\nWhere the time of ${title} goes (own time of each function):`)
  table(
    ['function', 'share'],
    top.map(([name, count]) => [name, `${figure((count / total) * 100)} %`]),
  )
}
