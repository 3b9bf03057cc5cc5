import type { Session } from '@sojourn/core'
import { show } from './answers.ts'
import { incompressible } from './incompressible.ts'
import type { Input } from './input.ts'
import type { ProbeData } from './probe-data.ts'

/** Changes the request's session, saves it and answers. */
type Write = (session: Session<ProbeData>) => Promise<Response>

const LONGEST_DELAY_MS = 10_000
const MOST_BYTES = 65_536

/** What `POST /api/<name>` does. The input is checked first: bad input opens no session. */
export const writes: ReadonlyMap<string, (input: Input) => Write> = new Map([
  ['login', login],
  ['logout', logout],
  ['set', (input) => setTo(input.key(), input.json('value'))],
  ['put', (input) => setTo(input.key(), incompressible(input.integer('bytes', MOST_BYTES)))],
  ['slow', (input) => setTo(input.key(), input.json('value'), input.integer('delayMs', LONGEST_DELAY_MS))],
  ['delete', remove],
  ['increment', increment],
  ['regenerate', regenerate],
  ['touch', touch],
])

function login(input: Input): Write {
  const subject = input.text('subject')
  const remember = input.flag('remember')
  return async (session) => {
    await session.signIn(subject, { remember })
    return show(session)
  }
}

function logout(): Write {
  return async (session) => {
    await session.destroy()
    return new Response(null, { status: 204 })
  }
}

function setTo(key: string, value: unknown, delayMs = 0): Write {
  return async (session) => {
    await wait(delayMs)
    session.data[key] = value
    await session.save()
    return show(session)
  }
}

function remove(input: Input): Write {
  const key = input.key()
  return async (session) => {
    delete session.data[key]
    await session.save()
    return show(session)
  }
}

function increment(input: Input): Write {
  const key = input.key()
  const delayMs = input.integer('delayMs', LONGEST_DELAY_MS, 0)
  return async (session) => {
    await wait(delayMs)
    let value = 0
    await session.update((data) => {
      const before = data[key]
      value = (typeof before === 'number' ? before : 0) + 1
      data[key] = value
    })
    return show(session, { value })
  }
}

function regenerate(input: Input): Write {
  const flush = input.flag('flush')
  return async (session) => {
    await session.regenerate({ flush })
    return show(session)
  }
}

function touch(): Write {
  return async (session) => {
    await session.touch()
    return show(session)
  }
}

async function wait(delayMs: number): Promise<void> {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
}
