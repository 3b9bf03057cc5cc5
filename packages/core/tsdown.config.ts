import type { UserConfig } from 'tsdown'
import { library } from '../../scripts/lib/tsdown.ts'

const config: UserConfig = library({
  'crypto-node': './src/lib/crypto/node.ts',
  'crypto-web': './src/lib/crypto/web.ts',
  'parts-node': './src/lib/crypto/node-part-primitives.ts',
  'parts-web': './src/lib/crypto/web-part-primitives.ts',
  'development-secret-node': './src/lib/development-secret/node.ts',
  'development-secret-none': './src/lib/development-secret/none.ts',
})
export default config
