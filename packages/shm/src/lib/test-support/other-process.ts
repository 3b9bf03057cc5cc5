import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** Runs a script of this folder in a process of its own, which sends messages. */
export class OtherProcess<Message> {
  readonly #child: ChildProcess
  readonly messages: Message[] = []

  /** `space`: where it finds a file system of its own, and how large, such as `9m`. */
  constructor(script: string, input: readonly string[], space?: { readonly path: string; readonly size: string }) {
    const command = [process.execPath, new URL(script, import.meta.url).pathname, ...input]
    const mount = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'
    const inside = space ? ['unshare', '-rm', 'sh', '-c', mount, space.size, space.path, ...command] : command
    const [program = '', ...words] = inside
    this.#child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#child.on('message', (message: Message) => this.messages.push(message))
  }

  /** Waits until so many messages have come. */
  async sent(count: number): Promise<readonly Message[]> {
    while (this.messages.length < count) {
      if (this.#child.exitCode !== null) throw new Error(`The other process ended with ${this.#child.exitCode}.`)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return this.messages
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await gone
  }
}

/** Why there can be no process with a file system of its own; `undefined` where there can. */
export const noSpaceOfItsOwn: string | undefined =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0
    ? undefined
    : 'this system lets nobody mount a file system of his own'
