/**
 * What the store uses of clients that the app brings along. Described here and not imported: an app needs only the
 * library it uses.
 */

/** What can be sent: text, or octets. */
export type Argument = string | Buffer

/** A `Redis` or `Cluster` of ioredis 6. */
export interface IoredisClient {
  readonly status: string
  readonly isCluster: boolean
  call(command: string, args: Argument[]): Promise<unknown>
  getBuffer(key: string): Promise<Buffer | null>
  pipeline(commands: [string, ...Argument[]][]): {
    exec(): Promise<[error: Error | null, result: unknown][] | null>
  }
  connect(): Promise<unknown>
  disconnect(reconnect?: boolean): void
  duplicate(): IoredisClient
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
}

interface NodeRedisCommandOptions {
  readonly abortSignal?: AbortSignal
  readonly timeout?: number
  readonly typeMapping?: { readonly 36?: BufferConstructor }
}

interface NodeRedisBase {
  readonly isOpen: boolean
  readonly isReady: boolean
  connect(): Promise<unknown>
  destroy(): void
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
}

/** What `createClient` of node-redis 6 makes. */
export interface NodeRedisClient extends NodeRedisBase {
  sendCommand(command: readonly Argument[], options?: NodeRedisCommandOptions): Promise<unknown>
  multi(): { addCommand(command: Argument[]): unknown; execAsPipeline(): Promise<unknown> }
  duplicate(): NodeRedisClient
}

/** What `createCluster` of node-redis 6 makes. */
export interface NodeRedisCluster extends NodeRedisBase {
  readonly masters: readonly unknown[]
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    command: Argument[],
    options?: NodeRedisCommandOptions,
  ): Promise<unknown>
  multi(): {
    addCommand(firstKey: string | undefined, isReadonly: boolean | undefined, command: Argument[]): unknown
    execAsPipeline(): Promise<unknown>
  }
  duplicate(): NodeRedisCluster
}

export type GivenClient = IoredisClient | NodeRedisClient | NodeRedisCluster
