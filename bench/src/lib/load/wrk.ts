import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Answered, CONNECTIONS, type Load } from './load.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('cookies.lua', import.meta.url))

export const wrkPath = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'wrk'))
    .find((path) => existsSync(path))

const numberAfter = (report: string, pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? 0)

export async function wrkLoad({ url, cookies, seconds }: Load): Promise<Answered> {
  const folder = await mkdtemp(join(tmpdir(), 'sojourn-bench-'))
  try {
    const list = join(folder, 'cookies')
    await writeFile(list, cookies.join('\n'))
    const options = ['--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${seconds}s`]
    const { stdout } = await run('wrk', [...options, '--script', SCRIPT, url, '--', list])
    const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1)
    return {
      requests: numberAfter(stdout, /(\d+) requests in/),
      perSecond: numberAfter(stdout, /Requests\/sec:\s+([\d.]+)/),
      failed: (socketErrors ?? [])
        .map(Number)
        .reduce((sum, count) => sum + count, numberAfter(stdout, /Non-2xx[^:]*: (\d+)/)),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
