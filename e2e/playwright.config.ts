import { defineConfig, devices } from '@playwright/test'
import { type App, apps, type Mode, modes, modesOf, SECRET, storesOf } from './lib/apps.ts'
import type { Options } from './lib/test.ts'

/** One server process of an app. */
function server(app: App, mode: Mode) {
  const { hostname, port } = new URL(app.origins[mode])
  return {
    name: `${app.name} ${mode}`,
    command: 'pnpm run start',
    cwd: `../examples/${app.name}`,
    url: app.origins[mode],
    env: {
      NODE_ENV: 'production',
      HOST: hostname,
      PORT: port,
      SESSION_SECRET: SECRET,
      SOJOURN_PROBE: '1',
      ...modes[mode],
    },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 3000 },
    stdout: 'ignore',
    stderr: 'pipe',
  } as const
}

/** What is tested on stores: the rest does not depend on where sessions are. */
const FLOW = 'flow.spec.ts'
const SHARING = 'sharing.spec.ts'
const WITH_LIST = 'your-sessions.spec.ts'
/** What is tested in foreign formats besides. */
const FORMATS = 'formats.spec.ts'
const ADOPTION = 'adoption.spec.ts'

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export default defineConfig<Options>({
  testDir: 'scenarios',
  outputDir: 'test-results/artifacts',
  reporter: [['line'], ['json', { outputFile: 'test-results/report.json' }]],
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    ...devices['Desktop Chrome'],
    launchOptions: { executablePath: chromium, args: ['--no-sandbox'] },
    screenshot: 'only-on-failure',
  },
  projects: apps.flatMap((app) => [
    { name: app.name, testIgnore: [WITH_LIST, FORMATS, ADOPTION].map((file) => `**/${file}`), use: { app } },
    ...storesOf(app).map((mode) => ({
      name: `${app.name} on ${mode}`,
      testMatch: [...(mode === app.store ? [FLOW] : []), ...(mode === 'redis' ? [SHARING, WITH_LIST] : [])],
      use: { app, mode },
    })),
    ...app.formats.map((mode) => ({
      name: `${app.name} in ${mode}`,
      testMatch: mode === 'adopting' ? [ADOPTION] : [FLOW, FORMATS],
      use: { app, mode },
    })),
  ]),
  webServer: apps.flatMap((app) => modesOf(app).map((mode) => server(app, mode))),
})
