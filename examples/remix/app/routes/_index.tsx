import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { canSignIn, deviceOf, sessionFacts, sessionList } from '@sojourn/probe'
import { commitHeaders, getSession, sessions } from '../session.server.ts'
import { SessionList } from '../session-list.tsx'
import { SessionPanel } from '../session-panel.tsx'
import { SignIn } from '../sign-in.tsx'
import { Step } from '../step.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  return {
    name: session.get('name') ?? 'Anonymous',
    facts: sessionFacts(session),
    maySignIn: canSignIn(sessions, session),
    entries: await sessionList(sessions, session),
  }
}

/** The redirect makes the browser ask again with its new cookie: loaders of this request would see the old one. */
export async function action({ request }: ActionFunctionArgs) {
  const session = await getSession(request)
  const form = await request.formData()
  const name = String(form.get('name') ?? '')
  switch (form.get('intent')) {
    case 'start':
      session.set('name', 'Remix Fan')
      break
    case 'modify':
      session.set('name', 'Lua Fan')
      break
    case 'destroy':
      await session.destroy()
      break
    case 'sign-in':
      if (name === '') break
      session.set('name', name)
      session.set('device', deviceOf(request.headers.get('user-agent')))
      await session.signIn(name)
      break
    case 'sign-out-others':
      if (session.subject !== undefined) await sessions.revoke(session.subject, { except: session.id })
      break
  }
  return redirect('/', { status: 303, headers: await commitHeaders(session) })
}

export default function Home() {
  const { name, facts, maySignIn, entries } = useLoaderData<typeof loader>()
  return (
    <>
      <Step next="/start" label="Start the test">
        You are known as <strong>{name}</strong>.
      </Step>
      <SessionPanel facts={facts} />
      {maySignIn && <SignIn />}
      {entries && <SessionList entries={entries} />}
    </>
  )
}
