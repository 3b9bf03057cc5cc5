import {
  count,
  milliseconds,
  readVariables,
  refuse,
  type StoreFromEnv,
  text,
  type Variable,
  type VariableFor,
} from '@sojourn/core/store'
import { type DshmStoreOptions, type TextRule, textRules } from './options.ts'
import { dshmStore } from './store.ts'

interface Settings extends Omit<DshmStoreOptions, 'timeout' | 'now'> {
  readonly sendTimeout?: number
  readonly readTimeout?: number
}

/** The names of lua-resty-session 3.x in capitals, and those that 4.x has for the same. */
const variables: readonly VariableFor<Settings>[] = [
  { name: 'SESSION_DSHM_HOST', setting: 'host', parse: (variable) => ruled(variable, textRules.host) },
  { name: 'SESSION_DSHM_PORT', setting: 'port', parse: (variable) => count(variable, 'a port', 1, 65_535) },
  { name: 'SESSION_DSHM_REGION', setting: 'region', parse: (variable) => ruled(variable, textRules.region) },
  { name: 'SESSION_DSHM_CONNECT_TIMEOUT', setting: 'connectTimeout', parse: milliseconds },
  { name: 'SESSION_DSHM_SEND_TIMEOUT', setting: 'sendTimeout', parse: milliseconds },
  { name: 'SESSION_DSHM_READ_TIMEOUT', setting: 'readTimeout', parse: milliseconds },
  {
    name: 'SESSION_DSHM_POOL_SIZE',
    setting: 'poolSize',
    parse: (variable) => count(variable, 'a whole number of connections', 1),
  },
  { name: 'SESSION_DSHM_POOL_TIMEOUT', setting: 'poolIdle', parse: milliseconds },
  { name: 'SESSION_DSHM_KEEPALIVE_TIMEOUT', setting: 'poolIdle', parse: milliseconds },
  { name: 'SESSION_DSHM_POOL_BACKLOG', setting: 'poolBacklog', parse: waitingSteps },
  { name: 'SESSION_DSHM_BACKLOG', setting: 'poolBacklog', parse: waitingSteps },
]

function waitingSteps(variable: Variable): number {
  return count(variable, 'a whole number of waiting steps', 0)
}

function ruled(variable: Variable, { pattern, allowed }: TextRule): string {
  const value = text(variable)
  return pattern.test(value) ? value : refuse(variable, allowed)
}

/** Names of pools that nginx workers share; a store has a pool of its own. */
const poolNames = ['SESSION_DSHM_POOL_NAME', 'SESSION_DSHM_POOL']

/**
 * `SESSION_STORAGE=dshm`, for `sessionOptionsFromEnv`. Time limits in milliseconds; the larger one of
 * `SESSION_DSHM_SEND_TIMEOUT` and `SESSION_DSHM_READ_TIMEOUT` limits a step.
 *
 * @example
 * createSessions({ ...sessionOptionsFromEnv(process.env, { stores: [dshmFromEnv] }) })
 */
export const dshmFromEnv: StoreFromEnv = {
  names: ['dshm'],
  variables: [...variables.map(({ name }) => name), ...poolNames],
  create: (env) => {
    const { sendTimeout, readTimeout, ...options } = readVariables(env, variables)
    const limits = [sendTimeout, readTimeout].filter((limit) => limit !== undefined)
    return {
      store: dshmStore({ ...options, ...(limits.length > 0 && { timeout: Math.max(...limits) }) }),
      ignored: poolNames.filter((name) => env[name]).map((name) => `${name} (every store has its own connections)`),
    }
  },
}
