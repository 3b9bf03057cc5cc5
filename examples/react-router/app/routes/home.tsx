import { sessionFacts } from '@sojourn/probe'
import { Form, redirect } from 'react-router'
import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'
import type { Route } from './+types/home'

export async function loader({ context }: Route.LoaderArgs) {
  const session = await getSession(context)
  return { name: session.data.name ?? 'Anonymous', facts: sessionFacts(session) }
}

export async function action({ request, context }: Route.ActionArgs) {
  const session = await getSession(context)
  const intent = (await request.formData()).get('intent')
  if (intent === 'start') session.data.name = 'React Router Fan'
  if (intent === 'modify') session.data.name = 'Lua Fan'
  if (intent === 'destroy') await session.destroy()
  return redirect('/', 303)
}

export default function Home({ loaderData: { name, facts } }: Route.ComponentProps) {
  return (
    <>
      <Step next="/start" label="Start the test">
        You are known as <strong>{name}</strong>.
      </Step>
      <section className="card" aria-labelledby="panel">
        <h2 id="panel">Your session</h2>
        <dl className="facts">
          {facts.map(({ field, label, value }) => (
            <div key={field}>
              <dt>{label}</dt>
              <dd data-field={field}>{value}</dd>
            </div>
          ))}
        </dl>
        <Form className="actions" method="post">
          <button type="submit" name="intent" value="start">
            Start
          </button>
          <button type="submit" name="intent" value="modify">
            Modify
          </button>
          <button type="submit" name="intent" value="destroy">
            Destroy
          </button>
        </Form>
      </section>
    </>
  )
}
