import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { unitTests } from '../../scripts/lib/vitest.ts'

const config: ViteUserConfig = defineConfig({ test: unitTests('iron') })
export default config
