import type { ReadonlySession } from '@sojourn/core'
import { type ProbeData, sessionFacts } from '@sojourn/probe'
import { change } from '../app/change.ts'

/** What there is to tell about this session, and what can be done to it. */
export function SessionPanel({ session }: { session: ReadonlySession<ProbeData> }) {
  return (
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
  )
}
