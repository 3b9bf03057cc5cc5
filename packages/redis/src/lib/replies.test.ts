import { describe, expect, test } from 'vitest'
import { isAtWrongServer, isRedirection, replyCode, storeError } from './replies.ts'

describe('an error of the server', () => {
  test.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'OOM'],
    ['NOPERM this user has no permissions', 'NOPERM'],
    ['MISCONF Redis is configured to save RDB snapshots', 'MISCONF'],
    ['NOREPLICAS Not enough good replicas to write.', 'NOREPLICAS'],
    ['ERR unknown command', 'ERR'],
    [
      "ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -OOM command not allowed when used memory > 'maxmemory'.",
      'OOM',
    ],
    ['Too many Cluster redirections. Last error: ReplyError: OOM command not allowed', 'OOM'],
  ])('%s is a refusal', (message, code) => {
    expect(replyCode(new Error(message))).toBe(code)
    expect(storeError(new Error(message))).toMatchObject({ name: 'StoreRefusedError', message: `Redis: ${message}` })
  })

  test.each([
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'CLUSTERDOWN The cluster is down',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'NOAUTH Authentication required.',
    'WRONGPASS invalid username-password pair or user is disabled.',
    "ERR Error running script (call to f_1): @user_script:4: @user_script: 4: -READONLY You can't write against a read only replica.",
  ])('%s is a fault', (message) => {
    expect(storeError(new Error(message)).name).toBe('Error')
  })

  test('keeps nothing but its words: clients attach the command', () => {
    for (const message of ['NOPERM no', 'no upstream host']) {
      const error = Object.assign(new Error(message), { command: { name: 'set', args: ['key', 'canary'] } })
      expect(storeError(error)).not.toHaveProperty('cause')
    }
  })

  test('that leads elsewhere is told apart', () => {
    expect(isAtWrongServer(new Error('READONLY no'))).toBe(true)
    expect(isAtWrongServer(new Error('OOM no'))).toBe(false)
    expect(isRedirection(new Error('MOVED 1 127.0.0.1:1'))).toBe(true)
    expect(isRedirection(new Error('ERR no'))).toBe(false)
  })
})

test.each(['connect ECONNREFUSED 127.0.0.1:1', 'Connection is closed.', 'Socket closed unexpectedly', 'A while'])(
  'an error of the client is a fault, with its cause: %s',
  (message) => {
    const cause = new Error(message)
    expect(replyCode(cause)).toBeUndefined()
    expect(storeError(cause)).toMatchObject({ name: 'Error', message: `Redis: ${message}`, cause })
  },
)
