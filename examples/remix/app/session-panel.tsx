import { Form } from '@remix-run/react'
import type { SessionFact } from '@sojourn/probe'

/** What there is to tell about this session, and what can be done to it. */
export function SessionPanel({ facts }: { facts: readonly SessionFact[] }) {
  return (
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
  )
}
