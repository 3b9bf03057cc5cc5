import { expect, test, vi } from 'vitest'
import { OwnConnection } from './own-connection.ts'
import { settingsOf } from './settings.ts'
import { redisStore } from './store.ts'

test('a store connects and loads nothing before it is used', () => {
  expect(redisStore().connected).toBe(false)
})

test('without its client a store says what to install', async () => {
  vi.doMock('ioredis', () => {
    throw Object.assign(new Error("Cannot find package 'ioredis'"), { code: 'ERR_MODULE_NOT_FOUND' })
  })
  const connection = new OwnConnection(settingsOf({}))
  await expect(connection.open()).rejects.toMatchObject({
    name: 'SessionConfigError',
    message: expect.stringContaining('npm install ioredis@6'),
  })
  vi.doUnmock('ioredis')
})

test('those who need a connection at the same time get the same one', async () => {
  const load = vi.fn(async () => {
    throw new Error('There is none.')
  })
  const connection = new OwnConnection(settingsOf({}), load)
  await Promise.allSettled([connection.open(), connection.open(), connection.open()])
  expect(load).toHaveBeenCalledTimes(1)
  await expect(connection.open()).rejects.toThrow('There is none.')
  expect(load).toHaveBeenCalledTimes(2)
})
