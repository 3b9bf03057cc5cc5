import { SessionConfigError } from '../errors.ts'

/** Options of a single call would be lost in silence: the types leave them out, and this says so where types do not reach. */
export function refuseOptions(call: string, options: unknown): void {
  if (typeof options !== 'object' || options === null) return
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  if (given.length === 0) return
  const names = given.map(([name]) => `\`${name}\``).join(', ')
  throw new SessionConfigError(
    `${call} takes no cookie options (${names}): set lifetimes and attributes in createSessions (\`rolling\`, \`absolute\`, \`persistent\`, \`cookie\`), and stay signed in with session.signIn(subject, { remember: true }).`,
  )
}
