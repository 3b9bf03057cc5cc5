import { platform } from '#crypto'
import { platform as web } from '../crypto/web.ts'
import type { V3FormatOptions } from '../v3/format.ts'

const ON_WEB = { modes: ['cbc', 'ctr', 'gcm'], hashes: ['sha1', 'sha256', 'sha384', 'sha512'] }

/** Whether these tests run on a platform where `v3Format` must refuse these options, and say that this is why. */
export function platformLacks({ cipher, aes = {} }: Pick<V3FormatOptions, 'cipher' | 'aes'>): boolean {
  const { mode = 'cbc', hash = 'sha512' } = aes
  return platform === web && cipher !== 'none' && !(ON_WEB.modes.includes(mode) && ON_WEB.hashes.includes(hash))
}

export const LACKING: RegExp = /^`aes\.(mode|hash)` \w+ needs node:crypto/
