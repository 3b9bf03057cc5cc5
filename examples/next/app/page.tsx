import { canSignIn, sessionList } from '@sojourn/probe'
import { Step } from '../lib/document.tsx'
import { readSession, sessions } from '../lib/session.ts'
import { SessionList } from '../lib/session-list.tsx'
import { SessionPanel } from '../lib/session-panel.tsx'
import { SignIn } from '../lib/sign-in.tsx'

export default async function Home() {
  const session = await readSession()
  const entries = await sessionList(sessions, session)
  return (
    <>
      <Step next="/start" label="Start the test">
        You are known as <strong>{session.data.name ?? 'Anonymous'}</strong>.
      </Step>
      <SessionPanel session={session} />
      {canSignIn(sessions, session) && <SignIn />}
      {entries && <SessionList entries={entries} />}
    </>
  )
}
