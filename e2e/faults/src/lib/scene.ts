import { onTestFinished } from 'vitest'
import { type App, type Environment, type ProcessReport, startApps } from './app-process.ts'
import { Load, type LoadOptions } from './load.ts'
import type { ServerControl, ServerStore } from './stores.ts'

/** For experiments that are not about time: a machine that is busy shall not matter. */
export const patient: Environment = { STORE_PATIENCE_MS: '20000' }

/** Two processes of the app, stopped when the test ends. */
export async function appsForTest(environment: Environment): Promise<readonly [App, App]> {
  const apps = await startApps(environment)
  onTestFinished(async () => {
    await Promise.all(apps.map((app) => app.stop()))
  })
  return apps
}

/** A server of a store, stopped when the test ends. */
export async function serverForTest(store: ServerStore, args?: string[]): Promise<ServerControl> {
  const server = await store.start(args ? { args } : {})
  onTestFinished(() => server.stop())
  return server
}

export interface LoadedScene {
  readonly apps: readonly [App, App]
  readonly load: Load
  /** What the processes told of themselves when all was well. */
  readonly reports: readonly ProcessReport[]
}

/** Users who go on and on, all signed in, until the test ends. */
export async function loadForTest(apps: readonly App[], options: LoadOptions = {}): Promise<Load> {
  const load = new Load(apps, options)
  onTestFinished(() => load.stop())
  await load.signInAll()
  load.start()
  await load.untilNormal(20_000)
  load.enter('before')
  return load
}

/** Two processes of the app under load, with everybody signed in. */
export async function loadedScene(environment: Environment, options: LoadOptions = {}): Promise<LoadedScene> {
  const apps = await appsForTest(environment)
  const load = await loadForTest(apps, options)
  return { apps, load, reports: await Promise.all(apps.map((app) => app.report())) }
}
