import { sessionFacts } from '@sojourn/probe'
import { redirect } from 'next/navigation'
import { Step } from '../lib/document.tsx'
import { getSession, readSession } from '../lib/session.ts'

async function change(form: FormData) {
  'use server'
  const session = await getSession()
  const intent = form.get('intent')
  if (intent === 'start') session.data.name = 'Next Fan'
  if (intent === 'modify') session.data.name = 'Lua Fan'
  if (intent === 'destroy') await session.destroy()
  await session.save()
  redirect('/')
}

export default async function Home() {
  const session = await readSession()
  return (
    <>
      <Step next="/start" label="Start the test">
        You are known as <strong>{session.data.name ?? 'Anonymous'}</strong>.
      </Step>
      <section className="card" aria-labelledby="panel">
        <h2 id="panel">Your session</h2>
        <dl className="facts">
          {sessionFacts(session).map(({ field, label, value }) => (
            <div key={field}>
              <dt>{label}</dt>
              <dd data-field={field}>{value}</dd>
            </div>
          ))}
        </dl>
        <form className="actions" action={change}>
          <button type="submit" name="intent" value="start">
            Start
          </button>
          <button type="submit" name="intent" value="modify">
            Modify
          </button>
          <button type="submit" name="intent" value="destroy">
            Destroy
          </button>
        </form>
      </section>
    </>
  )
}
