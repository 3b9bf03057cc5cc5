import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import type { Envelope } from '../envelope/envelope.ts'
import { lp } from '../envelope/octets.ts'
import type { Adopter } from './adopter.ts'

/**
 * The ids that an old session has as one of ours: one under each secret, the newest first. Always the same, so that
 * whoever adopts it a second time finds what became of it; another one for each old cookie, because two old apps may have
 * given the same id.
 */
export async function adoptedIds(
  { keyring, context }: Pick<Envelope, 'keyring' | 'context'>,
  { format, name }: Pick<Adopter, 'format' | 'name'>,
  oldId: Bytes,
  length: number,
): Promise<readonly Bytes[]> {
  const hashed = await platform.sha256(oldId)
  const info = [
    platform.toUtf8('sojourn/1 adopt'),
    ...context,
    ...lp(platform.toUtf8(format)),
    ...lp(platform.toUtf8(name)),
    ...lp(hashed),
  ]
  return Promise.all(keyring.all.map(async ({ prk }) => (await platform.expand(prk, info)).slice(0, length)))
}
