import type { CallOptions } from '@sojourn/core/store'
import type { Connection, RedisCommands } from './commands.ts'
import type { Replicas } from './replicas.ts'
import { isAtWrongServer, isRedirection, storeError } from './replies.ts'
import { type Step, sendStep } from './scripts.ts'

/** Sends steps over a connection, and turns what goes wrong into what a store throws. */
export class Sender {
  readonly #connection: Connection
  readonly #replicas: Replicas | undefined
  readonly #onFirstAnswer: (commands: RedisCommands) => void
  #hasAnswered = false

  constructor(
    connection: Connection,
    replicas: Replicas | undefined,
    onFirstAnswer: (commands: RedisCommands) => void,
  ) {
    this.#connection = connection
    this.#replicas = replicas
    this.#onFirstAnswer = onFirstAnswer
  }

  get(key: string, call: CallOptions | undefined): Promise<Uint8Array | null> {
    return this.#over(this.#connection, call, (commands, signal) => commands.get(key, signal))
  }

  send(key: string, step: Step, call: CallOptions | undefined): Promise<unknown> {
    return this.#over(this.#connection, call, (commands, signal) =>
      sendStep(step, (command) => commands.send(key, command, signal)),
    )
  }

  /** The same, and waits for replicas where the store was asked to. */
  async sendToAll(
    key: string,
    step: Step,
    call: CallOptions | undefined,
  ): Promise<{ readonly answer: unknown; readonly unconfirmed: boolean }> {
    const replicas = this.#replicas
    if (!replicas) return { answer: await this.send(key, step, call), unconfirmed: false }
    return await this.#over(replicas.connection, call, async (commands, signal) => {
      try {
        const wait = replicas.waitCommand()
        const [answer, copies] = await sendStep(step, (command) => commands.sendAndWait(key, command, wait))
        return { answer, unconfirmed: !replicas.isEnough(copies) }
      } catch (error) {
        // It was the wrong node, and did nothing. The client finds the right one, but there the WAIT is not ours.
        if (!isRedirection(error)) throw error
        return { answer: await sendStep(step, (command) => commands.send(key, command, signal)), unconfirmed: true }
      }
    })
  }

  async #over<T>(
    connection: Connection,
    call: CallOptions | undefined,
    use: (commands: RedisCommands, signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    const commands = connection.ready ?? (await connection.open())
    const signal = call?.signal
    signal?.throwIfAborted()
    try {
      const answer = await use(commands, signal)
      if (!this.#hasAnswered) {
        this.#hasAnswered = true
        this.#onFirstAnswer(commands)
      }
      return answer
    } catch (error) {
      if (isAtWrongServer(error)) connection.onWrongServer(commands)
      throw storeError(error)
    }
  }
}
