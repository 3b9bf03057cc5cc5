import { mkdtempSync, rmSync } from 'node:fs'
import { shmStore } from '@sojourn/shm'
import { quantile } from '../median.ts'
import { figure, heading, markdown } from '../report.ts'
import { shortOr } from '../short.ts'
import { atMost, type Target } from '../target.ts'
import { Child } from './child.ts'
import { type Acknowledged, type CountingReport, counted, countOf, farAway } from './counted.ts'
import { flatness } from './shm-sizes.ts'

const PROCESSES = 2
const KEYS = 500
const INCREMENTS = shortOr(5_000, 100_000)
const WARM_UP = shortOr(1_000, 20_000)
const KILLS = shortOr(5, 100)

/** Two processes at once, processes that are killed, and many sessions. */
export async function shm(parent: string): Promise<Target[]> {
  const targets: Target[] = []
  for (const part of [twoProcesses, killed, flatness]) {
    const path = mkdtempSync(`${parent}/shm-`)
    try {
      targets.push(...(await part(path)))
    } finally {
      rmSync(path, { recursive: true })
    }
  }
  return targets
}

async function twoProcesses(path: string): Promise<Target[]> {
  heading(`shm: ${PROCESSES} processes, ${KEYS} keys of 1 KB, get + compare-and-set one after another`)
  const store = shmStore({ path, size: '64m' })
  for (let key = 0; key < KEYS; key++) await store.write(`count-${key}`, counted(0), farAway(), 'absent')

  const input = [path, `${KEYS}`, `${INCREMENTS}`, `${WARM_UP}`]
  const children = Array.from({ length: PROCESSES }, () => new Child<CountingReport | 'ready'>('count.ts', input))
  await Promise.all(children.map((child) => child.messages(1)))
  const began = performance.now()
  for (const child of children) child.tell('begin')
  const messages = await Promise.all(children.map((child) => child.messages(2)))
  const seconds = (performance.now() - began) / 1000
  await Promise.all(children.map((child) => child.kill()))

  const reports = messages.flat().filter((message) => message !== 'ready')
  const took = reports.flatMap((report) => report.took)
  const acknowledged = reports.reduce((sum, { increments }) => sum + increments, 0)
  let found = 0
  for (let key = 0; key < KEYS; key++) {
    const value = await store.read(`count-${key}`)
    found += (value && countOf(value.bytes)) ?? 0
  }
  await store[Symbol.asyncDispose]()

  const [p50, p99, max] = [quantile(took, 0.5), quantile(took, 0.99), quantile(took, 1)]
  const lost = acknowledged - found
  markdown(
    ['', 'per second', 'p50 µs', 'p99 µs', 'max ms', 'done again', 'lost'],
    [
      [
        `${PROCESSES} processes`,
        figure((INCREMENTS * PROCESSES) / seconds),
        figure(p50),
        figure(p99),
        figure(max / 1000),
        figure(took.length - INCREMENTS * PROCESSES),
        `${lost} of ${figure(acknowledged)}`,
      ],
    ],
  )
  return [
    atMost(25, ' µs', 'shm: get + compare-and-set, p50', p50),
    atMost(50, ' ms', 'shm: get + compare-and-set, max', max / 1000),
    atMost(0, '', 'shm: lost updates', lost),
  ]
}

async function killed(path: string): Promise<Target[]> {
  heading(`shm: ${KILLS} times kill -9 in the middle of writes`)
  const store = shmStore({ path, size: '64m' })
  let [checked, lost, damaged] = [0, 0, 0]
  for (let kill = 0; kill < KILLS; kill++) {
    const child = new Child<Acknowledged>('write-until-killed.ts', [path, `killed-${kill}`])
    await child.messages(50 + ((kill * 37) % 200))
    const newest = new Map((await child.kill()).map(({ key, count }) => [key, count]))
    for (const [key, count] of newest) {
      checked++
      const found = await store.read(key)
      const kept = found && countOf(found.bytes)
      if (found && kept === undefined) damaged++
      else if ((kept ?? 0) < count) lost++
      const written = await store.write(key, counted(1), farAway(), found?.revision ?? 'absent')
      if (!written.ok) damaged++
    }
  }
  await store[Symbol.asyncDispose]()
  markdown(['', 'values checked', 'lost', 'corrupt'], [[`${KILLS} kills`, figure(checked), `${lost}`, `${damaged}`]])
  return [
    atMost(0, '', `shm: lost by ${KILLS} times kill -9`, lost),
    atMost(0, '', `shm: corrupt after ${KILLS} times kill -9`, damaged),
  ]
}
