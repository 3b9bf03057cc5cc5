/** Plain Node, as where Next leaves packages outside its bundles: `next/headers` must be found there too. */
import assert from 'node:assert/strict'
import { createSessions } from '@sojourn/next'
import { pagesSession } from '@sojourn/next/pages'
import { touchSession } from '@sojourn/next/proxy'
import { NextRequest, NextResponse } from 'next/server.js'

let now = Date.now()
const { getSession, readSession, sessions } = createSessions({
  secret: 'a secret for one trial, long enough',
  now: () => now,
})
await assert.rejects(getSession, /outside a request scope/)
await assert.rejects(readSession, /outside a request scope/)

/** @type {string[]} */
let lines = []
const request = { headers: { 'x-forwarded-proto': 'https', host: 'app.test' }, socket: { remoteAddress: '127.0.0.1' } }
const response = {
  headersSent: false,
  getHeader: () => lines,
  setHeader: (/** @type {string} */ name, /** @type {string[]} */ value) => {
    if (name.toLowerCase() === 'set-cookie') lines = value
  },
}
const session = await pagesSession(sessions)(request, response)
Object.assign(session.data, { name: 'Trial' })
await session.save()
assert.equal(lines.length, 1)

now += 120_000
const cookie = String(lines[0]).split(';', 1)[0] ?? ''
const visit = new NextRequest('https://app.test/', { headers: { cookie, 'x-forwarded-proto': 'https' } })
const touched = await touchSession(sessions, visit, NextResponse.next())
assert.equal(touched.headers.getSetCookie().length, 1)
