import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the fixture app listens: `http://localhost:<port>`. */
    origin: string
    /** What the server writes to its standard error. */
    serverLog: string
  }
}

const run = promisify(execFile)
const workspace = fileURLToPath(new URL('../../../', import.meta.url))
const fixture = fileURLToPath(new URL('../fixture/', import.meta.url))
const nextBin = createRequire(import.meta.url).resolve('next/dist/bin/next')
const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }

/** Builds and serves the fixture app with the packages as they would be published. */
export default async function serveFixture(project: TestProject): Promise<() => Promise<void>> {
  await installPacked('core')
  await installPacked('next')
  await run(process.execPath, [nextBin, 'build', fixture], { env })
  const port = await freePort()
  const serverLog = join(await mkdtemp(join(tmpdir(), 'sojourn-next-')), 'stderr.log')
  const log = await open(serverLog, 'a')
  const server = spawn(process.execPath, [nextBin, 'start', fixture, '-H', 'localhost', '-p', String(port)], {
    env,
    stdio: ['ignore', 'pipe', log.fd],
  })
  await untilReady(server)
  project.provide('serverLog', serverLog)
  project.provide('origin', `http://localhost:${port}`)
  return async () => {
    server.kill()
    if (server.exitCode === null) await once(server, 'exit')
    await log.close()
    await rm(dirname(serverLog), { recursive: true })
  }
}

/** Unpacks the package's tarball where the fixture finds it before the workspace's link: in its own node_modules. */
async function installPacked(name: string): Promise<void> {
  const target = join(fixture, 'node_modules/@sojourn', name)
  const folder = await mkdtemp(join(tmpdir(), 'sojourn-pack-'))
  const tarball = join(folder, `${name}.tgz`)
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const pnpm = join(workspace, 'node_modules/.bin/pnpm')
  await run(pnpm, ['pack', '--out', tarball], { cwd: join(workspace, 'packages', name) })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
  await rm(folder, { recursive: true })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, 'localhost')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port.')
  return address.port
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    server.stdout?.on('data', (output) => String(output).includes('Ready in') && resolve())
    server.once('exit', (code) => reject(new Error(`next start ended with ${code} before it was ready.`)))
  })
}
