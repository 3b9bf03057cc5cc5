import { setTimeout } from 'node:timers/promises'
import { Suspense } from 'react'
import { Step } from '../../lib/document.tsx'
import { readSession } from '../../lib/session.ts'

/** The page is sent at once and this part when it is ready: too late for a cookie, so the session is only read. */
async function Greeting() {
  const session = await readSession()
  await setTimeout(300)
  return (
    <Step next="/" label="Back to the start">
      You are known as <strong>{session.data.name ?? 'Anonymous'}</strong>.
    </Step>
  )
}

export default function Streaming() {
  return (
    <Suspense fallback={<p>One moment …</p>}>
      <Greeting />
    </Suspense>
  )
}
