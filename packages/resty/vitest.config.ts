import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config'
import { unitTests } from '../../scripts/lib/vitest.ts'

/** The whole suite on one platform: what the conditions of package.json `imports` choose between, chosen here. */
const platform = (name: 'node' | 'web'): TestProjectInlineConfiguration => {
  const test = unitTests(`resty ${name}`)
  const crypto = fileURLToPath(new URL(`src/lib/crypto/${name}.ts`, import.meta.url))
  return {
    resolve: { alias: { '#crypto': crypto } },
    test: {
      ...test,
      typecheck: { ...test.typecheck, enabled: name === 'node' },
      // Core has a #crypto of its own, which this alias is not for.
      server: { deps: { external: [/\/packages\/\w+\/dist\//] } },
    },
  }
}

const config: ViteUserConfig = defineConfig({
  test: { projects: [platform('node'), platform('web')] },
})
export default config
