import { hash } from 'node:crypto'
import type { Command } from './commands.ts'
import type { Argument } from './given-client.ts'
import { replyCode } from './replies.ts'

/** What a server does in one go, on one key. */
export interface Step {
  readonly command: Command
  /** The same in full, for a server that has not seen a script since it started, and so has done nothing yet. */
  readonly inFull?: () => Command
}

/** A Lua script that works on the key `KEYS[1]`. */
export type Script = (key: string, ...args: Argument[]) => Step

export function script(source: string): Script {
  const digest = hash('sha1', source)
  return (key, ...args) => ({
    command: ['EVALSHA', digest, '1', key, ...args],
    inFull: () => ['EVAL', source, '1', key, ...args],
  })
}

/** Sends a step; where the server does not know its script yet, once more in full. */
export async function sendStep<T>({ command, inFull }: Step, send: (command: Command) => Promise<T>): Promise<T> {
  try {
    return await send(command)
  } catch (error) {
    if (!inFull || replyCode(error) !== 'NOSCRIPT') throw error
    return await send(inFull())
  }
}
