import type { Command, RedisCommands } from './commands.ts'
import type { Argument, NodeRedisClient, NodeRedisCluster } from './given-client.ts'

/** In place of the client's own limit, which is longer than the engine waits and takes a timer for each command. */
const noTimeout = 0
/** `$`: the replies that are strings. */
const asOctets = { 36: Buffer } as const
const asText = {} as const

/** A command that still waits to be written goes away with its signal, so none is written after a reconnect. */
const optionsOf = (signal: AbortSignal | undefined, typeMapping: { readonly 36?: BufferConstructor }) => ({
  timeout: noTimeout,
  typeMapping,
  ...(signal && { abortSignal: signal }),
})

export function nodeRedisCommands(client: NodeRedisClient): RedisCommands {
  return {
    get: async (key, signal) => octets(await client.sendCommand(['GET', key], optionsOf(signal, asOctets))),
    send: (_key, command, signal) => client.sendCommand(command, optionsOf(signal, asText)),
    async sendAndWait(_key, command, wait) {
      const batch = client.multi()
      for (const each of [command, wait]) batch.addCommand([...each])
      return both(await batch.execAsPipeline())
    },
  }
}

export function nodeRedisClusterCommands(client: NodeRedisCluster): RedisCommands {
  return {
    get: async (key, signal) => octets(await client.sendCommand(key, false, ['GET', key], optionsOf(signal, asOctets))),
    send: (key, command, signal) => client.sendCommand(key, false, mutable(command), optionsOf(signal, asText)),
    async sendAndWait(key, command, wait) {
      const batch = client.multi()
      for (const each of [command, wait]) batch.addCommand(key, false, mutable(each))
      return both(await batch.execAsPipeline())
    },
  }
}

const mutable = (command: Command): Argument[] => [...command]

function octets(answer: unknown): Uint8Array | null {
  if (answer === null || answer instanceof Uint8Array) return answer
  throw new Error('The answer to GET is no string of octets.')
}

function both(answers: unknown): readonly [unknown, unknown] {
  if (Array.isArray(answers) && answers.length === 2) return [answers[0], answers[1]]
  throw new Error('The pipeline was not run.')
}
