import type { SessionOptions } from '@sojourn/core'
import { iron } from '@sojourn/iron'
import { restyV3, restyV4 } from '@sojourn/resty'
import { type Contender, contender } from './lib/contenders.ts'
import { type Effort, measure } from './lib/measure.ts'
import { median, ratio } from './lib/median.ts'
import { ironSession } from './lib/peers/iron-session.ts'
import { sojournWith } from './lib/peers/sojourn.ts'
import { figure, heading, say, table, times } from './lib/report.ts'
import { secret } from './lib/secret.ts'
import type { SessionData } from './lib/session-data.ts'
import { atMost, reportTargets, type Target } from './lib/target.ts'

const EFFORT: Effort = { rounds: 21, slice: 25 }
const NATIVE = 'aes-256-gcm'
const IRON = 'iron'

type Options = SessionOptions<SessionData>

/** Other parts of the native envelope, by what is different. */
const parts: Readonly<Record<string, Options>> = {
  [NATIVE]: {},
  'aes-192-gcm': { aes: { size: 192 } },
  'aes-128-gcm': { aes: { size: 128 } },
  'aes-256-cbc, sha256': { aes: { mode: 'cbc' } },
  'aes-256-ctr, sha256': { aes: { mode: 'ctr' } },
  'aes-256-ctr, sha512': { aes: { mode: 'ctr' }, hmac: 'sha512' },
  'chacha20-poly1305': { cipher: 'chacha20-poly1305' },
  'none, sha256': { cipher: 'none' },
  deflate: { compressor: 'deflate' },
  gzip: { compressor: 'gzip' },
  hex: { encoder: 'hex' },
}

const formats: Readonly<Record<string, Options>> = {
  'resty-v4': { secret: undefined, persistence: restyV4({ secret }) },
  'resty-v3': { secret: undefined, persistence: restyV3({ secret }) },
  [IRON]: { secret: undefined, name: '__Host-session', persistence: iron({ password: secret }) },
}

/** Load and save of 1 KB in cookies: every cipher and foreign format, as times of the native one. */
export async function formatsAndParts(): Promise<Target[]> {
  heading('Other parts and formats, 1 KB of JSON')
  const contenders: Contender[] = []
  for (const [name, options] of Object.entries({ ...parts, ...formats }))
    contenders.push(await contender(sojournWith(name, options), 1024))
  const peer = ironSession()
  contenders.push(await contender(peer, 1024))

  const load = await measure(
    contenders.map((one) => one.load),
    EFFORT,
  )
  const save = await measure(
    contenders.map((one) => one.save),
    EFFORT,
  )
  const wall = (samples: typeof load, name: string): readonly number[] => samples.get(name)?.wall ?? []
  say(`Figures are times of ${NATIVE}, medians of ${EFFORT.rounds} interleaved rounds. µs are of this machine, now.`)
  table(
    ['', 'load', 'load+save', 'here: µs', 'µs'],
    contenders.map(({ peer: { name } }) => [
      name,
      times(ratio(wall(load, name), wall(load, NATIVE))),
      times(ratio(wall(save, name), wall(save, NATIVE))),
      figure(median(wall(load, name))),
      figure(median(wall(save, name))),
    ]),
  )
  const targets = [
    atMost(1, 'x', 'iron: load, of iron-session', ratio(wall(load, IRON), wall(load, peer.name))),
    atMost(1, 'x', 'iron: load+save, of iron-session', ratio(wall(save, IRON), wall(save, peer.name))),
  ]
  reportTargets(targets)
  return targets
}
