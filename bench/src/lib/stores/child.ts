import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A script of `shm-processes` in a process of its own, which sends messages. */
export class Child<Message> {
  readonly #process: ChildProcess
  readonly #messages: Message[] = []
  #arrived: () => void = () => {}

  constructor(script: string, input: readonly string[]) {
    const file = fileURLToPath(new URL(`shm-processes/${script}`, import.meta.url))
    this.#process = spawn(process.execPath, [file, ...input], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    process.once('exit', this.#killAtExit)
    this.#process.on('message', (message: Message) => {
      this.#messages.push(message)
      this.#arrived()
    })
    this.#process.once('close', () => this.#arrived())
  }

  readonly #killAtExit = (): void => void this.#process.kill('SIGKILL')

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** The messages so far, once there are `count`. */
  async messages(count: number): Promise<readonly Message[]> {
    while (this.#messages.length < count) {
      if (this.#hasEnded) throw new Error(`The other process ended with ${this.#process.exitCode}.`)
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
      })
    }
    return this.#messages
  }

  /** All that it has sent until it was killed. */
  async kill(): Promise<readonly Message[]> {
    if (!this.#hasEnded) {
      const closed = once(this.#process, 'close')
      this.#process.kill('SIGKILL')
      await closed
    }
    process.off('exit', this.#killAtExit)
    return this.#messages
  }

  tell(message: string): void {
    this.#process.send?.(message)
  }
}
