import type { ViteUserConfig } from 'vitest/config'

type TestOptions = NonNullable<ViteUserConfig['test']>

const needsServers = 'src/**/*.conformance.test.ts'

/** What every package's tests share. The shuffled order shows up tests that lean on one another. */
export const unitTests = (name: string): TestOptions => ({
  name,
  include: ['src/**/*.test.ts'],
  exclude: [needsServers],
  sequence: { shuffle: true },
  typecheck: { enabled: true, ignoreSourceErrors: true, include: ['src/**/*.test-d.ts'] },
})

/**
 * Tests against real servers, which are slower and have to be running: `scripts/lib/servers/addresses.mjs` says where.
 * The limits are for a machine that is busy with other things.
 */
export const conformanceTests = (name: string): TestOptions => ({
  name,
  include: [needsServers],
  sequence: { shuffle: true },
  testTimeout: 30_000,
  hookTimeout: 60_000,
})
