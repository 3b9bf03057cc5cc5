import style from '@sojourn/probe/style.css?url'
import type { ReactNode } from 'react'
import { Links, Meta, Outlet, Scripts } from 'react-router'
import type { Route } from './+types/root'
import { getSession, sessionMiddleware } from './session.server.ts'

export const middleware: Route.MiddlewareFunction[] = [sessionMiddleware]

export const links: Route.LinksFunction = () => [
  { rel: 'stylesheet', href: style },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
]

/** A root loader makes every page a use of the session, also when the browser goes to it without asking the server. */
export async function loader({ context }: Route.LoaderArgs) {
  await getSession(context)
  return null
}

export function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>sojourn · React Router</title>
        <Meta />
        <Links />
      </head>
      <body>
        <header className="app-header">
          <h1>
            <a href="/">sojourn</a> <span>React Router</span>
          </h1>
        </header>
        <main>{children}</main>
        <Scripts />
      </body>
    </html>
  )
}

export default function App() {
  return <Outlet />
}
