import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'

const LINE = /^\+[\d.]+ \[\d+ (\S+)\] "([^"]+)"/

/** How often each command was sent. What a script did inside of the server is no command. */
export type Commands = ReadonlyMap<string, number>

/** Everything that a Redis server is sent, by its own account (MONITOR). */
export class Monitor {
  readonly #watching: Socket
  readonly #lines: Interface
  readonly #asking: Socket

  private constructor(watching: Socket, asking: Socket) {
    this.#watching = watching
    this.#asking = asking
    this.#lines = createInterface(watching)
  }

  static async start(port: number): Promise<Monitor> {
    const [watching, asking] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    watching.write('MONITOR\r\n')
    await once(watching, 'data')
    asking.resume()
    return new Monitor(watching, asking)
  }

  async during(run: () => Promise<unknown>): Promise<Commands> {
    await this.#isUpToDate()
    const commands = new Map<string, number>()
    const onLine = (line: string): void => {
      const [, from, name = ''] = LINE.exec(line) ?? []
      if (from === undefined || from === 'lua' || name === 'ECHO') return
      commands.set(name.toUpperCase(), (commands.get(name.toUpperCase()) ?? 0) + 1)
    }
    this.#lines.on('line', onLine)
    await run()
    await this.#isUpToDate()
    this.#lines.off('line', onLine)
    return commands
  }

  /** Waits for the report of everything that was sent so far. */
  async #isUpToDate(): Promise<void> {
    const mark = randomUUID()
    this.#asking.write(`ECHO ${mark}\r\n`)
    await new Promise<void>((resolve) => {
      const onLine = (line: string): void => {
        if (!line.includes(mark)) return
        this.#lines.off('line', onLine)
        resolve()
      }
      this.#lines.on('line', onLine)
    })
  }

  stop(): void {
    this.#lines.close()
    this.#watching.destroy()
    this.#asking.destroy()
  }
}
