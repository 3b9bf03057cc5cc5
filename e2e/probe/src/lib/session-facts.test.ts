import { createSessions } from '@sojourn/core'
import { HeaderJar } from '@sojourn/core/binding'
import { expect, test } from 'vitest'
import type { ProbeData } from './probe-data.ts'
import { sessionFacts } from './session-facts.ts'

const START = Date.UTC(2030, 0, 1)

function open(options: { idle?: false } = {}) {
  const secret = 'a secret of the tests of the probe, long enough'
  return createSessions<ProbeData>({ secret, now: () => START, ...options }).open({ jar: new HeaderJar('') })
}

const values = (...args: Parameters<typeof sessionFacts>) =>
  Object.fromEntries(sessionFacts(...args).map(({ field, value }) => [field, value]))

test('without a session there is a dash for what is not there', async () => {
  expect(values(await open())).toEqual({
    present: 'no',
    name: 'Anonymous',
    id: '–',
    idle: '–',
    rolling: '–',
    absolute: '–',
  })
})

test('a session shows its name, the beginning of its id and whole seconds that are left', async () => {
  const session = await open()
  session.data.name = 'Lua Fan'
  await session.save()
  expect(values(session, START + 1500)).toEqual({
    present: 'yes',
    name: 'Lua Fan',
    id: session.id.slice(0, 16),
    idle: '898 s',
    rolling: '3598 s',
    absolute: '86398 s',
  })
})

test('a deadline that is switched off is a dash, one that has passed is zero', async () => {
  const session = await open({ idle: false })
  session.data.name = 'Lua Fan'
  await session.save()
  expect(values(session, START + 4_000_000)).toMatchObject({ idle: '–', rolling: '0 s', absolute: '82400 s' })
})
