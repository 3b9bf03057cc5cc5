import type { Argument } from './given-client.ts'

export type Command = readonly [name: string, ...args: Argument[]]

/** What the store asks of a client, whichever library it is of. Each sends what it is given once. */
export interface RedisCommands {
  /** The octets under a key. */
  get(key: string, signal: AbortSignal | undefined): Promise<Uint8Array | null>
  /** One command on one key; strings in the answer are text. */
  send(key: string, command: Command, signal: AbortSignal | undefined): Promise<unknown>
  /** One command, and in the same packet a `WAIT` for replicas; answers with both answers. */
  sendAndWait(key: string, command: Command, wait: Command): Promise<readonly [answer: unknown, copies: unknown]>
}

/** What leads to a client that is connected. */
export interface Connection {
  /** The client while it is connected. */
  readonly ready: RedisCommands | undefined
  /** Waits for a connection that is being made, or makes one. */
  open(): Promise<RedisCommands>
  /** Leaves the present connection for a new one. */
  reconnect(): void
  /** The server behind these commands says that it is the wrong one to ask, or not the right one yet. */
  onWrongServer(commands: RedisCommands): void
  close(): Promise<void>
}
