import { StoreRefusedError } from '@sojourn/core/store'

/**
 * Errors that say the server cannot answer now, or is the wrong one to ask since a failover. All others are refusals.
 */
const faults: readonly string[] = [
  'READONLY',
  'LOADING',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'MOVED',
  'ASK',
  'TRYAGAIN',
  'BUSY',
  'NOAUTH',
  'WRONGPASS',
]

/**
 * The word that an error of the server begins with. Clusters and Redis before 7 wrap what went wrong inside of a script
 * into words of their own.
 */
const errorWord = /^(?:Too many Cluster redirections\. Last error: \w+: |ERR Error running script .*-)?([A-Z]{2,})\b/s

/** The first word of what a server replied in place of an answer; `undefined` for errors that come from the client. */
export function replyCode(error: unknown): string | undefined {
  return error instanceof Error ? errorWord.exec(error.message)?.[1] : undefined
}

/**
 * What to throw for an error of a client. Of a server's reply only the message is kept: clients attach the whole
 * command, and with it keys, records and passwords.
 */
export function storeError(error: unknown): Error {
  const code = replyCode(error)
  const message = `Redis: ${error instanceof Error ? error.message : String(error)}`
  // A proxy may reply in words of its own.
  if (error instanceof Error && 'command' in error && code === undefined) return new Error(message)
  if (code === undefined) return new Error(message, { cause: error })
  return faults.includes(code) ? new Error(message) : new StoreRefusedError(message)
}

/** Whether a node of a cluster says that another one has the key. It has done nothing then. */
export const isRedirection = (error: unknown): boolean => ['MOVED', 'ASK'].includes(replyCode(error) ?? '')

/** Whether it has to be found out which server to ask from now on. */
export const isAtWrongServer = (error: unknown): boolean =>
  ['READONLY', 'LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'NOREPLICAS'].includes(replyCode(error) ?? '')
