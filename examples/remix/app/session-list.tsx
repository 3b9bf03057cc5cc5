import { Form } from '@remix-run/react'
import type { SessionEntry } from '@sojourn/probe'

/** Where else this visitor is signed in. */
export function SessionList({ entries }: { entries: readonly SessionEntry[] }) {
  return (
    <section className="card" aria-labelledby="sessions">
      <h2 id="sessions">Your sessions</h2>
      <ul className="entries">
        {entries.map(({ id, device, current, began, used }) => (
          <li key={id} aria-current={current || undefined}>
            <strong data-field="device">{device}</strong> {current && <span data-field="where">this device</span>}
            <p>
              <code data-field="id">{id}</code>, signed in <span data-field="began">{began}</span>, last used{' '}
              <span data-field="used">{used}</span>
            </p>
          </li>
        ))}
      </ul>
      <Form className="actions" method="post">
        <button type="submit" name="intent" value="sign-out-others">
          Sign out others
        </button>
      </Form>
    </section>
  )
}
