import type { Command, RedisCommands } from './commands.ts'
import type { Argument, IoredisClient } from './given-client.ts'

export const ioredisCommands = (client: IoredisClient): RedisCommands => ({
  get: (key) => client.getBuffer(key),

  send: (_key, [name, ...args]) => client.call(name, args),

  async sendAndWait(_key, command, wait) {
    const [answer, copies] = (await client.pipeline([callOf(command), callOf(wait)]).exec()) ?? []
    if (!answer || !copies) throw new Error('The pipeline was not run.')
    // The command did what it did, also where nobody can say who has it.
    if (answer[0]) throw answer[0]
    return [answer[1], copies[0] ? 0 : copies[1]]
  },
})

const callOf = (command: Command): [string, ...Argument[]] => ['call', ...command]
