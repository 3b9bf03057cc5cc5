import { expect, test } from 'vitest'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { appsForTest, patient, serverForTest } from './lib/scene.ts'
import { redis } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

/** Sets how much Redis may hold; 1 MB is less than it takes for itself. */
const limitTo = (port: number, size: string): Promise<string> => redisCli(port, 'CONFIG', 'SET', 'maxmemory', size)

test('F6: when Redis is full, nobody can sign in, and everybody can read and sign out', async () => {
  const server = await serverForTest(redis, ['--maxmemory-policy', 'noeviction'])
  const apps = await appsForTest({ ...redis.environment(server.port), ...patient })
  const ann = new Visitor(apps, 'ann')
  const bob = new Visitor(apps, 'bob')
  for (const user of [ann, bob]) expect((await user.signIn()).status).toBe(200)
  const bobsCookie = bob.cookies.header

  await limitTo(server.port, '1mb')
  expect(await redisCli(server.port, 'SET', 'anything', 'x')).toContain('OOM')

  const keys = await redisCli(server.port, 'DBSIZE')
  for (let attempt = 0; attempt < 10; attempt++) {
    const eve = new Visitor(apps, 'eve')
    const { status, retryAfter, setCookies } = await eve.signIn()
    expect({ status, retryAfter, setCookies }).toEqual({ status: 503, retryAfter: '1', setCookies: [] })
    const written = await ann.post('/inc')
    expect({ status: written.status, setCookies: written.setCookies }).toEqual({ status: 503, setCookies: [] })
    for (const app of apps) {
      const read = await ann.get('/me', app)
      expect(ann.owns(read)).toBe(true)
      expect(read.body.count).toBe(0)
    }
  }
  expect(await redisCli(server.port, 'DBSIZE')).toBe(keys)

  expect((await bob.post('/logout')).status).toBe(200)
  for (const app of apps) expect((await bob.send('GET', '/me', app, { cookie: bobsCookie })).status).toBe(401)

  await limitTo(server.port, '0')
  await ann.until(async () => (await ann.post('/inc')).status === 200)
  for (const app of apps) expect((await ann.get('/me', app)).body.count).toBe(1)
  expect((await bob.signIn()).status).toBe(200)
})
