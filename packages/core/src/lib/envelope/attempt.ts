import { SessionError } from '../errors.ts'

/**
 * Runs a part on what a client sent: throwing is one way to refuse it. Only errors of ours get out, which say that the
 * configuration is wrong or that the part could not be asked.
 */
export async function attempt<T>(run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof SessionError) throw error
    return undefined
  }
}
