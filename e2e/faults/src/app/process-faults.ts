/** What nobody has caught: there should be none, whatever happens to a store. */
export const faultsOfProcess: string[] = []

for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, (error: unknown) => {
    faultsOfProcess.push(`${event}: ${error instanceof Error ? error.message : String(error)}`)
    console.error(event, error)
  })
