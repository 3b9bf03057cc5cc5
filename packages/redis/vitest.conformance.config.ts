import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { conformanceTests } from '../../scripts/lib/vitest.ts'

// These tests wait for things to expire, so more of them than there are processors run side by side.
const config: ViteUserConfig = defineConfig({ test: { ...conformanceTests('redis'), maxWorkers: 4 } })
export default config
