import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config'
import { unitTests } from '../../scripts/lib/vitest.ts'

const source = (path: string): string => fileURLToPath(new URL(`src/lib/${path}.ts`, import.meta.url))

/** The whole suite on one platform: what the conditions of package.json `imports` choose between, chosen here. */
const platform = (name: 'node' | 'web', secret: 'node' | 'none'): TestProjectInlineConfiguration => {
  const test = unitTests(`core ${name}`)
  return {
    resolve: {
      alias: {
        '#crypto': source(`crypto/${name}`),
        '#parts': source(`crypto/${name}-part-primitives`),
        '#development-secret': source(`development-secret/${secret}`),
      },
    },
    test: { ...test, typecheck: { ...test.typecheck, enabled: name === 'node' } },
  }
}

const config: ViteUserConfig = defineConfig({
  test: { projects: [platform('node', 'node'), platform('web', 'none')] },
})
export default config
