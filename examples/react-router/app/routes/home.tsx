import { canSignIn, deviceOf, sessionFacts, sessionList } from '@sojourn/probe'
import { redirect } from 'react-router'
import { getSession, sessions } from '../session.server.ts'
import { SessionList } from '../session-list.tsx'
import { SessionPanel } from '../session-panel.tsx'
import { SignIn } from '../sign-in.tsx'
import { Step } from '../step.tsx'
import type { Route } from './+types/home'

export async function loader({ context }: Route.LoaderArgs) {
  const session = await getSession(context)
  return {
    name: session.data.name ?? 'Anonymous',
    facts: sessionFacts(session),
    maySignIn: canSignIn(sessions, session),
    entries: await sessionList(sessions, session),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const session = await getSession(context)
  const form = await request.formData()
  const name = String(form.get('name') ?? '')
  switch (form.get('intent')) {
    case 'start':
      session.data.name = 'React Router Fan'
      break
    case 'modify':
      session.data.name = 'Lua Fan'
      break
    case 'destroy':
      await session.destroy()
      break
    case 'sign-in':
      if (name === '') break
      session.data.name = name
      session.data.device = deviceOf(request.headers.get('user-agent'))
      await session.signIn(name)
      break
    case 'sign-out-others':
      if (session.subject !== undefined) await sessions.revoke(session.subject, { except: session.id })
      break
  }
  return redirect('/', 303)
}

export default function Home({ loaderData: { name, facts, maySignIn, entries } }: Route.ComponentProps) {
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
