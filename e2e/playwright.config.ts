import { defineConfig, devices } from '@playwright/test'
import { type App, apps, type Mode, modeNames, modes, SECRET } from './lib/apps.ts'
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
  projects: apps.map((app) => ({ name: app.name, use: { app } })),
  webServer: apps.flatMap((app) => modeNames.map((mode) => server(app, mode))),
})
