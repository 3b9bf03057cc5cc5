import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './own-process.mjs'
import { until } from './poll.mjs'
import { startServer } from './server.mjs'

test('a server that is ready can be restarted, as a new process', async () => {
  const folder = temporaryFolder()
  const server = await startServer({
    name: 'A server',
    command: 'sh',
    args: ['-c', 'touch ready; exec sleep 60'],
    folder,
    isReady: () => existsSync(join(folder, 'ready')),
  })
  const { pid } = server
  await server.restart()
  expect(server.pid).not.toBe(pid)
  await server.stop()
})

test('a server that ends at once is a complaint with its last words', async () => {
  const broken = {
    name: 'A server',
    command: 'sh',
    args: ['-c', 'echo the port is taken'],
    folder: temporaryFolder(),
    isReady: () => false,
  }
  await expect(startServer(broken)).rejects.toThrow('A server did not start; it said:\nthe port is taken')
})

test('a question is asked until the answer is yes, and one that throws counts as no', async () => {
  const answers = [
    () => false,
    () => {
      throw new Error('not yet')
    },
    async () => true,
  ]
  await until(
    () => answers.shift()?.() ?? false,
    10_000,
    () => 'never',
  )
  expect(answers).toEqual([])
})

test('a question that is never answered with yes is a complaint', async () => {
  await expect(
    until(
      () => false,
      1,
      () => 'it never was',
    ),
  ).rejects.toThrow('it never was')
})
