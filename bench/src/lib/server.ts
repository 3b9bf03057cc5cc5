import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** A tick of /proc/<pid>/stat, in microseconds: USER_HZ is 100 on every Linux. */
const TICK = 10_000
const READY_WITHIN = 20_000

export interface ServerOptions {
  readonly name: string
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Record<string, string>
}

/** An app under load, in a process of its own on the loopback interface. */
export class Server {
  readonly name: string
  readonly address: string
  readonly #process: ChildProcess

  private constructor(name: string, address: string, child: ChildProcess) {
    this.name = name
    this.address = address
    this.#process = child
  }

  static async start({ name, command, cwd, env }: ServerOptions): Promise<Server> {
    const port = await freePort()
    const child = spawn(process.execPath, command, {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port) },
    })
    const server = new Server(name, `http://127.0.0.1:${port}`, child)
    process.once('exit', () => child.kill())
    await server.#untilReady()
    return server
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN
    while (this.#process.exitCode === null && Date.now() < deadline) {
      const answer = await fetch(`${this.address}/bare`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await this.stop()
    throw new Error(`${this.name} did not answer at ${this.address}/bare within ${READY_WITHIN / 1000} s.`)
  }

  /** User and system time of the process so far, in microseconds; NaN where there is no /proc. */
  async cpu(): Promise<number> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8').catch(() => '')
    // The second field is the name in parentheses, which may hold spaces; utime and stime are the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN)) * TICK
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill()
    await once(this.#process, 'exit')
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
