import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The tests of the scripts; every package brings its own configuration. */
const config: ViteUserConfig = defineConfig({
  test: { name: 'scripts', include: ['scripts/lib/*.test.mjs', 'scripts/lib/{packaging,servers}/*.test.mjs'] },
})
export default config
