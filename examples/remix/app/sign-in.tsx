import { Form } from '@remix-run/react'

export function SignIn() {
  return (
    <section className="card" aria-labelledby="sign-in">
      <h2 id="sign-in">Sign in</h2>
      <Form className="actions" method="post">
        <label>
          Name <input name="name" required maxLength={64} autoComplete="username" />
        </label>
        <button type="submit" name="intent" value="sign-in">
          Sign in
        </button>
      </Form>
    </section>
  )
}
