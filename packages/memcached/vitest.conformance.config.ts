import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { conformanceTests } from '../../scripts/lib/vitest.ts'

const config: ViteUserConfig = defineConfig({ test: conformanceTests('memcached') })
export default config
