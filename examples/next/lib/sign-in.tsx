import { change } from '../app/change.ts'

export function SignIn() {
  return (
    <section className="card" aria-labelledby="sign-in">
      <h2 id="sign-in">Sign in</h2>
      <form className="actions" action={change}>
        <label>
          Name <input name="name" required maxLength={64} autoComplete="username" />
        </label>
        <button type="submit" name="intent" value="sign-in">
          Sign in
        </button>
      </form>
    </section>
  )
}
