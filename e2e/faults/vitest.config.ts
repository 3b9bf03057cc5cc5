import { defineConfig, type ViteUserConfig } from 'vitest/config'

/**
 * One experiment at a time: each loads the machine, and judges answers by how long they took. Nothing is tried again.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    name: 'faults',
    include: ['src/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
export default config
