import { availableParallelism, loadavg } from 'node:os'
import { api } from './api.ts'
import { formatsAndParts } from './formats.ts'
import { http } from './http.ts'
import { heading, say } from './lib/report.ts'
import { isMet, type Target } from './lib/target.ts'
import { size } from './size.ts'
import { stores } from './stores.ts'

const parts: Record<string, () => Promise<Target[]>> = { api, formats: formatsAndParts, size, http, stores }

function chosen(names: readonly string[]): string[] {
  const unknown = names.find((name) => !(name in parts))
  if (unknown !== undefined) {
    say(`There is no part "${unknown}". Parts: ${Object.keys(parts).join(', ')}; none given = all.`)
    process.exit(2)
  }
  return names.length > 0 ? [...names] : Object.keys(parts)
}

const began = performance.now()
const targets: Target[] = []
say(`Node.js ${process.versions.node}, ${availableParallelism()} cores.`)
for (const name of chosen(process.argv.slice(2).filter((argument) => !argument.startsWith('--')))) {
  const busy = loadavg()[0] ?? 0
  heading(`${name.toUpperCase()} ${'='.repeat(60)}`)
  if (busy > 0.5) say(`The machine is busy (load average ${busy.toFixed(1)}): trust the CPU figures, not the times.`)
  targets.push(...((await parts[name]?.()) ?? []))
}
const met = targets.filter(isMet).length
say(`\n${met} of ${targets.length} targets met, in ${Math.round((performance.now() - began) / 1000)} s.`)
process.exit()
