import type { UserConfig } from 'tsdown'
import { library } from '../../scripts/lib/tsdown.ts'

const config: UserConfig = library({
  'crypto-node': './src/lib/crypto/node.ts',
  'crypto-web': './src/lib/crypto/web.ts',
  'development-secret-node': './src/lib/development-secret/node.ts',
  'development-secret-none': './src/lib/development-secret/none.ts',
})
export default config
