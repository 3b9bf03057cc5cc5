import { readVariables, SessionConfigError, type StoreFromEnv, text, type VariableFor } from '@sojourn/core/store'
import { sqliteStore } from './sqlite-store.ts'

const variables: readonly VariableFor<{ readonly path: string }>[] = [
  { name: 'SESSION_SQLITE_PATH', setting: 'path', parse: text },
]

export const sqliteFromEnv: StoreFromEnv = {
  names: ['sqlite'],
  variables: variables.map(({ name }) => name),
  create(env) {
    const { path } = readVariables(env, variables)
    if (path === undefined) throw new SessionConfigError('Set SESSION_SQLITE_PATH to the file of the sessions.')
    return { store: sqliteStore(path) }
  },
}
