import { setTimeout } from 'node:timers/promises'
import type { LoaderFunctionArgs } from '@remix-run/node'
import { Await, useLoaderData } from '@remix-run/react'
import { Suspense } from 'react'
import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'

/** The page is sent at once and the promise when it is ready: too late for a cookie, so the session is only read. */
export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  return { name: setTimeout(300, session.get('name') ?? 'Anonymous') }
}

export default function Streaming() {
  const { name } = useLoaderData<typeof loader>()
  return (
    <Suspense fallback={<p>One moment …</p>}>
      <Await resolve={name}>
        {(name) => (
          <Step next="/" label="Back to the start">
            You are known as <strong>{name}</strong>.
          </Step>
        )}
      </Await>
    </Suspense>
  )
}
