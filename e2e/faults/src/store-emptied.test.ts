import { describe, expect, test } from 'vitest'
import { appsForTest, serverForTest } from './lib/scene.ts'
import { memcached, redis } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

describe('F3: a session that is lost between the load and the save of one request is not made again', () => {
  test.each([redis, memcached])('$name', async (store) => {
    const server = await serverForTest(store)
    const apps = await appsForTest(store.environment(server.port))
    const ann = new Visitor(apps, 'ann')
    expect((await ann.signIn()).status).toBe(200)

    const [app] = apps
    const slow = ann.post('/slow?ms=5000&mark=late', app)
    await ann.until(async () => (await ann.get('/me', app)).status === 200)
    await server.restart()
    await ann.until(async () => (await ann.get('/me', app)).status === 401)
    const { status, body } = await slow

    expect({ status, code: body.error?.code }).toEqual({ status: 410, code: 'session_gone' })
    for (const each of apps) expect((await ann.get('/me', each)).status).toBe(401)
  })
})
