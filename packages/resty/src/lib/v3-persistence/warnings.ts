import type { PersistenceContext } from '@sojourn/core/persistence'
import type { RestyV3Options } from './options.ts'

/** What an app that shares sessions with lua-resty-session 3.x should know, for `describe()`. */
export function restyV3Warnings(
  { allow = [], cipher }: RestyV3Options,
  { store, strategyName, times }: PersistenceContext,
): readonly string[] {
  const found: string[] = []
  if (cipher === 'none')
    found.push('The cipher is none: everyone who has the cookie or the record can read the session.')
  if (allow.length > 0) found.push(`Weaknesses of lua-resty-session 3.x are accepted: ${allow.join(', ')}.`)
  if (store && strategyName === 'default')
    found.push(
      `Every save changes the session's keys: requests under way with the cookie before it ${whatTheyFind(times.discard)}. \`strategy: 'regenerate'\`, on both sides, gives them time.`,
    )
  if (store && strategyName === 'regenerate' && times.discard > 0)
    found.push(
      `A cookie opens for ${times.discard} seconds after the save that replaced it, also when the session is destroyed meanwhile.`,
    )
  if (store) found.push('What nginx saves, it saves without comparing: it may undo a save or a logout of this app.')
  return found
}

const whatTheyFind = (discard: number): string =>
  discard > 0 ? `can read for ${discard} seconds and not save, and in nginx find no session` : 'find no session'
