import type { V3Settings } from './settings.ts'

/** What lua-resty-session 3.x can be set to and should not be. `allow` names what is to be accepted all the same. */
export type V3Weakness =
  /** AES-GCM with `check`: nothing is checked, because the tag is the only hash. */
  | 'gcm-ignores-checks'
  /** The `regenerate` strategy in cookies: nothing protects the time of expiry, so a client can prolong its session for ever. */
  | 'unprotected-expiry'
  /**
   * A stream mode (gcm, ctr, ofb, cfb…) with the `default` strategy: two saves within a second use the same key and
   * nonce, and their ciphertexts tell the difference of the two plaintexts.
   */
  | 'keystream-reuse'
  /** ECB: equal blocks of the session are equal blocks of the ciphertext. */
  | 'equal-blocks'
  /** Fewer than 16 random bytes in an id: it can be guessed, and two sessions may get the same. */
  | 'short-id'

const BLOCK_MODES = ['cbc', 'ecb']
const LEAST_ID_LENGTH = 16

interface Description {
  readonly applies: (settings: V3Settings) => boolean
  /** Where the configuration says so, and what to do about it. */
  readonly where: string
  readonly fix: string
}

const isAes = ({ cipher }: V3Settings, modes: readonly string[]): boolean =>
  cipher.kind === 'aes' && modes.includes(cipher.mode)

export const V3_WEAKNESSES: Readonly<Record<V3Weakness, Description>> = {
  'gcm-ignores-checks': {
    applies: (settings) => isAes(settings, ['gcm']) && Object.values(settings.check).includes(true),
    where: '`aes.mode` gcm with `check`',
    fix: 'use cbc, or turn all of `check` off',
  },
  'unprotected-expiry': {
    applies: ({ strategy, usesStorage }) => strategy === 'regenerate' && !usesStorage,
    where: '`strategy` regenerate with `storage` cookie',
    fix: 'use the default strategy, or a server storage',
  },
  'keystream-reuse': {
    applies: (settings) =>
      settings.strategy === 'default' && settings.cipher.kind === 'aes' && !BLOCK_MODES.includes(settings.cipher.mode),
    where: 'a stream mode in `aes.mode` with `strategy` default',
    fix: 'use cbc',
  },
  'equal-blocks': {
    applies: (settings) => isAes(settings, ['ecb']),
    where: '`aes.mode` ecb',
    fix: 'use cbc',
  },
  'short-id': {
    applies: ({ idLength }) => idLength < LEAST_ID_LENGTH,
    where: '`random.length`',
    fix: `use ${LEAST_ID_LENGTH} or more`,
  },
}
