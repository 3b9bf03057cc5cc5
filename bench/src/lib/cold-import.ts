import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median } from './median.ts'

const FOLDER = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

const script = (entry: string): string => `
const before = performance.now()
await import(${JSON.stringify(entry)})
process.stdout.write(String(performance.now() - before))
process.exit()
`

/** How long the first import of each entry takes in a process of its own, in milliseconds: medians over rounds. */
export async function coldImports(entries: readonly string[], rounds: number): Promise<Map<string, number>> {
  const samples = new Map(entries.map((entry) => [entry, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
      const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script(entry)], { cwd: FOLDER })
      samples.get(entry)?.push(Number(stdout))
    }
  }
  return new Map([...samples].map(([entry, took]) => [entry, median(took)]))
}
