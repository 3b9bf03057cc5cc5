/** Prints a session cookie or, given one, opens it. Which crypto it uses is decided by the conditions it runs under. */
import assert from 'node:assert/strict'
import { createSessions, HeaderJar } from '@sojourn/core'
import { createSessions as createCookieSessions } from '@sojourn/core/cookie'

const secret = 'a secret for one trial, long enough'
const facts = { scheme: 'https' }
const [cookie] = process.argv.slice(2)

if (cookie) {
  const session = await createCookieSessions({ secret }).open({ jar: new HeaderJar(cookie), facts })
  assert.equal(session.refusal, undefined)
  assert.deepEqual(session.data, { name: 'Trial' })
} else {
  const jar = new HeaderJar('')
  const session = await createSessions({ secret }).open({ jar, facts })
  session.data.name = 'Trial'
  await session.save()
  assert.equal(jar.lines.length, 1)
  console.log(jar.lines[0]?.split(';', 1)[0])
}
