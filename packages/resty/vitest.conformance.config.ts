import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { conformanceTests } from '../../scripts/lib/vitest.ts'

const crypto = fileURLToPath(new URL('src/lib/crypto/node.ts', import.meta.url))

const config: ViteUserConfig = defineConfig({
  resolve: { alias: { '#crypto': crypto } },
  // Core has a #crypto of its own, which this alias is not for.
  test: { ...conformanceTests('resty'), server: { deps: { external: [/\/packages\/\w+\/dist\//] } } },
})
export default config
