/** The format of iron-session: what the real library seals is opened, and the other way round. */
import { deepEqual } from 'node:assert/strict'
import { createSessions, HeaderJar } from '@sojourn/core'
import { iron } from '@sojourn/iron'
import { sealData, unsealData } from 'iron-session'

const password = 'q7Zt1mWc9Lx4Rb2Vn8Ks5Hd0Yf3Jg6Pa'
const sessions = createSessions({ persistence: iron({ password }), name: 'session' })

const jar = new HeaderJar(`session=${await sealData({ name: 'Ada' }, { password })}`)
const session = await sessions.open({ jar })
deepEqual(session.data, { name: 'Ada' })
session.data.visits = 1
await session.save()
const [value] = jar.get('session')
deepEqual(await unsealData(value ?? '', { password }), { name: 'Ada', visits: 1 })
