import assert from 'node:assert/strict'
import { createSessions } from '@sojourn/remix'

const { getSession, commitSession, destroySession } = createSessions({ secret: 'a secret for one trial, long enough' })
const session = await getSession(null)
session.set('name', 'Trial')
session.flash('notice', 'once')
const cookie = (await commitSession(session)).split(';', 1)[0] ?? ''

const again = await getSession(cookie)
assert.equal(again.get('name'), 'Trial')
assert.equal(again.get('notice'), 'once')
assert.equal(again.get('notice'), undefined)
assert.match(await destroySession(again), /Max-Age=0/i)
