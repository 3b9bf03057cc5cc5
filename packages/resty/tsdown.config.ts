import type { UserConfig } from 'tsdown'
import { library } from '../../scripts/lib/tsdown.ts'

const config: UserConfig = library({
  'crypto-node': './src/lib/crypto/node.ts',
  'crypto-deno': './src/lib/crypto/deno.ts',
  'crypto-web': './src/lib/crypto/web.ts',
})
export default config
