import type { UserConfig } from 'tsdown'
import { library } from '../../scripts/lib/tsdown.ts'

const config: UserConfig = library({ 'store-process': './src/lib/other-process/store-process.ts' })
export default config
