import { SessionConfigError } from '@sojourn/core/store'
import { expect, test } from 'vitest'
import { documentedVariables } from '../../../../scripts/lib/documented-variables.ts'
import { shmFromEnv } from './from-env.ts'

test('the variables name every option, and make a store without opening it', () => {
  const settings = shmFromEnv.create({
    SESSION_SHM_STORE: 'carts',
    SESSION_SHM_SIZE: '20m',
    SESSION_SHM_PATH: '/nowhere',
  })
  expect(Object.keys(settings)).toEqual(['store'])
  expect(settings.store).toMatchObject({ name: 'shm', atomic: true, connected: false })
})

test('the lock of lua-resty-session maps to the lock option, in seconds with decimals', () => {
  const times = {
    SESSION_SHM_LOCK_EXPTIME: '29.5',
    SESSION_SHM_LOCK_TIMEOUT: '5',
    SESSION_SHM_LOCK_STEP: '0.001',
    SESSION_SHM_LOCK_RATIO: '2',
    SESSION_SHM_LOCK_MAX_STEP: '0.5',
  }
  expect(shmFromEnv.lockTimes).toEqual(Object.keys(times))
  const { lock } = shmFromEnv.create({ SESSION_SHM_USELOCKING: 'on', ...times })
  expect(lock).toEqual({ lease: 30, wait: 5, firstStep: 1, stepRatio: 2, longestStep: 500 })
})

test('there is no lock unless it is asked for', () => {
  expect(shmFromEnv.create({ SESSION_SHM_LOCK_TIMEOUT: '5' })).not.toHaveProperty('lock')
  expect(shmFromEnv.create({ SESSION_SHM_USELOCKING: 'off', SESSION_SHM_LOCK_TIMEOUT: '5' }).lock).toBe(false)
  expect(shmFromEnv.create({ SESSION_SHM_USELOCKING: 'on' }).lock).toEqual({})
})

test.each([
  ['SESSION_SHM_SIZE', 'plenty'],
  ['SESSION_SHM_LOCK_EXPTIME', '0'],
  ['SESSION_SHM_LOCK_STEP', 'soon'],
  ['SESSION_SHM_LOCK_RATIO', '0.5'],
  ['SESSION_SHM_USELOCKING', 'maybe'],
])('%s=%s is refused by name', (name, text) => {
  expect(() => shmFromEnv.create({ [name]: text })).toThrow(SessionConfigError)
  expect(() => shmFromEnv.create({ [name]: text })).toThrow(name)
  expect(shmFromEnv.variables).toContain(name)
})

test('the variables are those of docs/environment.md, all of lua-resty-session 3.10 among them', () => {
  expect(shmFromEnv.variables.toSorted()).toEqual(
    documentedVariables().filter((name) => name.startsWith('SESSION_SHM_')),
  )
  const upstream = 'STORE USELOCKING LOCK_EXPTIME LOCK_TIMEOUT LOCK_STEP LOCK_RATIO LOCK_MAX_STEP'
  const names = upstream.split(' ').map((name) => `SESSION_SHM_${name}`)
  expect(shmFromEnv.variables).toEqual(expect.arrayContaining(names))
})
