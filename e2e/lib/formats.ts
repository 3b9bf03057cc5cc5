import type { Environment } from './store-servers.ts'

export const formatNames = [
  'resty-v4',
  'resty-v4 on redis',
  'resty-v3',
  'resty-v3 on redis',
  'iron',
  'adopting',
] as const

/** Where sessions are not in the native format, or come from another one. */
export type Format = (typeof formatNames)[number]

/** The date on which this is looked at again is not near. */
const NEVER = '2099-12-31'

export const needsRedis = (format: Format): boolean => format === 'adopting' || format.endsWith('redis')

/** How an app is told of each format. All have one secret, with which `adopting` reads the old cookies. */
export const formatEnvironments = (secret: string, redis: Environment = {}): Readonly<Record<Format, Environment>> => ({
  'resty-v4': { SESSION_FORMAT: 'resty-v4' },
  'resty-v4 on redis': { SESSION_FORMAT: 'resty-v4', ...redis },
  'resty-v3': { SESSION_FORMAT: 'resty-v3' },
  'resty-v3 on redis': { SESSION_FORMAT: 'resty-v3', ...redis },
  iron: { SESSION_FORMAT: 'iron', SESSION_NAME: OLD_COOKIE },
  adopting: {
    ...redis,
    SESSION_ADOPT_FORMAT: 'iron',
    SESSION_ADOPT_NAME: OLD_COOKIE,
    SESSION_ADOPT_SECRET: secret,
    SESSION_ADOPT_UNTIL: NEVER,
  },
})

/** The name of the cookie in the mode `iron`, which `adopting` takes over. */
export const OLD_COOKIE = 'old-session'

/** Seconds until each deadline of a session that was just used; `undefined` where a format knows no such deadline. */
export interface Lifetimes {
  readonly idle?: number
  readonly rolling: number
  readonly absolute?: number
}

const NATIVE: Lifetimes = { idle: 900, rolling: 3600, absolute: 86_400 }

export function lifetimesOf(mode: string): Lifetimes {
  if (mode.startsWith('resty-v3')) return { rolling: 3600 }
  return mode === 'iron' ? { rolling: 1_209_600 } : NATIVE
}
