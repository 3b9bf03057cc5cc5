import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { unitTests } from '../../scripts/lib/vitest.ts'

/** All files talk to one running app and set its clock, so they take turns. */
const config: ViteUserConfig = defineConfig({
  test: { ...unitTests('sveltekit'), globalSetup: 'fixture/run.ts', fileParallelism: false, testTimeout: 30_000 },
})
export default config
