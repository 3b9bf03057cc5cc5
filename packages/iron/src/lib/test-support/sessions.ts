import { createSessions, type SessionEvent, type SessionOptions, type Sessions } from '@sojourn/core'
import { type IronPassword, iron } from '../../index.ts'
import { NAME } from './browser.ts'

export const PASSWORD = 'q7Zt1mWc9Lx4Rb2Vn8Ks5Hd0Yf3Jg6Pa'
export const OTHER_PASSWORD = 'Zx81Kd0sPq46Tm2wVb7Ln3Rc9Hf5Gj1E'
export const FOURTEEN_DAYS = 1_209_600

export interface Data {
  name: string
  visits: number
  long: string
}

export interface TestSessions {
  readonly sessions: Sessions<Data>
  readonly events: SessionEvent[]
}

export function ironSessions(options: SessionOptions<Data> = {}, password: IronPassword = PASSWORD): TestSessions {
  const events: SessionEvent[] = []
  const onEvent = (event: SessionEvent): void => void events.push(event)
  return {
    sessions: createSessions<Data>({ persistence: iron({ password }), name: NAME, onEvent, ...options }),
    events,
  }
}
