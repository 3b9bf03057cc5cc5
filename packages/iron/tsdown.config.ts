import type { UserConfig } from 'tsdown'
import { library } from '../../scripts/lib/tsdown.ts'

const config: UserConfig = library()
export default config
