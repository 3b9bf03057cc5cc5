import { SessionConfigError } from '../errors.ts'

/** Runs a part on what a client sent: throwing is one way to refuse it. Only what is wrong with the configuration gets out. */
export async function attempt<T>(run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof SessionConfigError) throw error
    return undefined
  }
}
