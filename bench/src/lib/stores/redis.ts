import type { SessionStore } from '@sojourn/core/store'
import { redisStore } from '@sojourn/redis'
import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import { profile } from '../profile.ts'
import { heading, times } from '../report.ts'
import { atLeast, atMost, isMet, type Target } from '../target.ts'
import { Comparison } from './comparison.ts'
import { IN_FLIGHT } from './in-flight.ts'
import { roundTrips } from './round-trips.ts'
import type { Stack } from './stack.ts'
import { expressSessionOn } from './stacks/express-session.ts'
import { emptyRoute, fastifySessionOn } from './stacks/fastify-session.ts'
import { type ClientName, getAndScript, getAndSet } from './stacks/raw-redis.ts'
import { sojourn } from './stacks/sojourn.ts'
import { storeAlone } from './stacks/store-alone.ts'

const host = '127.0.0.1'

/** Our own stacks on one client, and the client as it is. */
interface OnClient {
  readonly client: ClientName
  readonly raw: Stack
  readonly script: Stack
  readonly alone: Stack
  readonly whole: Stack
}

async function onIoredis(port: number): Promise<OnClient> {
  return {
    client: 'ioredis',
    raw: await getAndSet('ioredis', port),
    script: await getAndScript('ioredis', port),
    alone: storeAlone('redisStore alone (ioredis)', redisStore({ host, port })),
    whole: sojourn('sojourn (ioredis)', redisStore({ host, port })),
  }
}

async function onNodeRedis(port: number): Promise<OnClient> {
  return {
    client: 'node-redis',
    raw: await getAndSet('node-redis', port),
    script: await getAndScript('node-redis', port),
    alone: storeAlone('redisStore alone (node-redis)', await storeOnNodeRedis(port)),
    whole: sojourn('sojourn (node-redis)', await storeOnNodeRedis(port)),
  }
}

/** A store never closes a client that it was given; this one does. */
async function storeOnNodeRedis(port: number): Promise<SessionStore> {
  const client = await connected(port)
  return Object.assign(redisStore({ client }), { [Symbol.asyncDispose]: async () => client.destroy() })
}

async function connected(port: number) {
  const client = createClient({ socket: { host, port } })
  await client.connect()
  return client
}

async function expressOn(port: number): Promise<Stack> {
  const client = await connected(port)
  const name = 'express-session 1.19.0 + connect-redis 10.0.0'
  return expressSessionOn(name, new RedisStore({ client }), async () => client.destroy())
}

async function fastifyOn(port: number): Promise<Stack> {
  const client = await connected(port)
  const name = '@fastify/session 11.1.3 + connect-redis 10.0.0'
  return await fastifySessionOn(name, new RedisStore({ client }), async () => client.destroy())
}

/** Open and save of sessions of 1 KB on one Redis server, beside the raw clients and what people use today. */
export async function redis(port: number): Promise<Target[]> {
  heading(`Redis, ${IN_FLIGHT} in flight: open + save, sessions of 1 KB`)
  const ours = [await onNodeRedis(port), await onIoredis(port)]
  const raw = ours[0]?.raw
  if (!raw) throw new Error('There is no client.')
  const express = await expressOn(port)
  const fastify = await fastifyOn(port)
  const rows = [
    ...ours.flatMap(({ raw, script, alone, whole }) =>
      [raw, script, alone, whole].map((stack) => ({ stack, unit: raw })),
    ),
    { stack: express, unit: raw },
    { stack: fastify, unit: raw },
    { stack: await emptyRoute("Fastify's inject, an empty route"), unit: raw },
  ]
  const compared = await Comparison.of(rows, { title: 'of express-session', unit: express })
  const speed = ours.flatMap(({ client, raw, script, alone, whole }) => [
    {
      ...atLeast(0.95, 'x', `${client}: read + compare-and-set, of GET + SET`, compared.perSecond(alone, raw)),
      note: `GET + the least script ${times(compared.perSecond(script, raw))}`,
    },
    atLeast(1, 'x', `${client}: whole path, of express-session`, compared.perSecond(whole, express)),
    atLeast(1.5, 'x', `${client}: whole path, of @fastify/session`, compared.perSecond(whole, fastify)),
    atMost(50, ' µs', `${client}: whole path, CPU of the client`, compared.cpuMicros(whole)),
  ])
  const counted = await roundTrips(
    port,
    [...ours.map(({ whole }) => whole), express, fastify],
    ours.map(({ whole }) => whole),
  )
  if (!speed.every(isMet)) for (const { whole } of ours) await profileOf(whole)
  await Promise.all(rows.map(({ stack }) => stack.close()))
  return [...speed, ...counted]
}

async function profileOf(stack: Stack): Promise<void> {
  const sessions = Array.from({ length: IN_FLIGHT }, (_, session) => session)
  const visitAll = () => Promise.all(sessions.map((session) => stack.visit(session)))
  await profile(`${stack.name}, ${IN_FLIGHT} in flight`, { name: stack.name, run: visitAll }, 2000)
}
