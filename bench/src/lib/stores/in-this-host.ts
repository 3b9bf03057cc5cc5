import { memoryStore } from '@sojourn/core'
import { shmStore } from '@sojourn/shm'
import expressSession from 'express-session'
import { heading } from '../report.ts'
import { Comparison } from './comparison.ts'
import { IN_FLIGHT } from './in-flight.ts'
import { expressSessionOn } from './stacks/express-session.ts'
import { rawLmdb } from './stacks/raw-lmdb.ts'
import { sojourn } from './stacks/sojourn.ts'
import { storeAlone } from './stacks/store-alone.ts'

/** The stores without a server, each beside what does least in its place. */
export async function inThisHost(folder: string): Promise<void> {
  heading(`memory and shm, ${IN_FLIGHT} in flight: open + save, sessions of 1 KB`)
  const express = expressSessionOn('express-session 1.19.0, its MemoryStore', new expressSession.MemoryStore(), nothing)
  const lmdb = rawLmdb(folder)
  const shm = (name: string) => shmStore({ path: folder, name, size: '64m' })
  const memory = (name: string) => memoryStore({ name })
  const rows = [
    { stack: express, unit: express },
    { stack: storeAlone('memoryStore alone', memory('alone')), unit: express },
    { stack: sojourn('sojourn (memory)', memory('whole')), unit: express },
    { stack: lmdb, unit: lmdb },
    { stack: storeAlone('shmStore alone', shm('alone')), unit: lmdb },
    { stack: sojourn('sojourn (shm)', shm('whole')), unit: lmdb },
  ]
  await Comparison.of(rows)
  await Promise.all(rows.map(({ stack }) => stack.close()))
}

const nothing = async (): Promise<void> => {}
