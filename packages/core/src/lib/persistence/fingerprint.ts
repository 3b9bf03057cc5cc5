import { platform } from '#crypto'
import type { Persistence } from '../contracts/persistence.ts'
import type { Bytes } from '../contracts/store.ts'
import { chain } from '../crypto/chain.ts'
import type { ExtractedKey, MaybePromise } from '../crypto/types.ts'

const LENGTH = 24

/**
 * What `session.id` shows, for persistences with a secret of their own: a hash of the session's id under that secret,
 * computed when it is first asked for where the platform can (Node). `purpose` sets it apart from other uses of the
 * secret; `secret` is asked for once, at the first session.
 */
export function fingerprintUnder(secret: () => Bytes, purpose: string): NonNullable<Persistence['fingerprint']> {
  const label = platform.toUtf8(purpose)
  let key: MaybePromise<ExtractedKey> | undefined
  return (id) => {
    key ??= platform.extract(label, secret())
    return chain(key, (extracted) =>
      chain(
        platform.expandLater(extracted, () => [id]),
        (block) => {
          let shown: string | undefined
          return () => {
            shown ??= platform.toBase64url(block().subarray(0, LENGTH))
            return shown
          }
        },
      ),
    )
  }
}
