import { setTimeout } from 'node:timers/promises'
import { Suspense } from 'react'
import { Await } from 'react-router'
import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'
import type { Route } from './+types/streaming'

/** The page is sent at once and the promise when it is ready: too late for a cookie, so the session is only read. */
export async function loader({ context }: Route.LoaderArgs) {
  const session = await getSession(context)
  return { name: setTimeout(300, session.data.name ?? 'Anonymous') }
}

export default function Streaming({ loaderData }: Route.ComponentProps) {
  return (
    <Suspense fallback={<p>One moment …</p>}>
      <Await resolve={loaderData.name}>
        {(name) => (
          <Step next="/" label="Back to the start">
            You are known as <strong>{name}</strong>.
          </Step>
        )}
      </Await>
    </Suspense>
  )
}
