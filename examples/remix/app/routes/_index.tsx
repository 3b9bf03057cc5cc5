import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { Form, useLoaderData } from '@remix-run/react'
import { sessionFacts } from '@sojourn/probe'
import { commitHeaders, getSession } from '../session.server.ts'
import { Step } from '../step.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  return { name: session.get('name') ?? 'Anonymous', facts: sessionFacts(session) }
}

/** The redirect makes the browser ask again with its new cookie: loaders of this request would see the old one. */
export async function action({ request }: ActionFunctionArgs) {
  const session = await getSession(request)
  const intent = (await request.formData()).get('intent')
  if (intent === 'start') session.set('name', 'Remix Fan')
  if (intent === 'modify') session.set('name', 'Lua Fan')
  if (intent === 'destroy') await session.destroy()
  return redirect('/', { status: 303, headers: await commitHeaders(session) })
}

export default function Home() {
  const { name, facts } = useLoaderData<typeof loader>()
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
