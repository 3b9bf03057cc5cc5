import type { ViteUserConfig } from 'vitest/config'

type TestOptions = NonNullable<ViteUserConfig['test']>

/** What every package's tests share. The shuffled order shows up tests that lean on one another. */
export const unitTests = (name: string): TestOptions => ({
  name,
  include: ['src/**/*.test.ts'],
  sequence: { shuffle: true },
  typecheck: { enabled: true, ignoreSourceErrors: true, include: ['src/**/*.test-d.ts'] },
})
