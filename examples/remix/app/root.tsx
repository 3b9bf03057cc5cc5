import { data, type LinksFunction, type LoaderFunctionArgs } from '@remix-run/node'
import { Links, Meta, Outlet, Scripts } from '@remix-run/react'
import style from '@sojourn/probe/style.css?url'
import type { ReactNode } from 'react'
import { commitHeaders, getSession } from './session.server.ts'

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: style },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
]

/** Runs on every page: renews the session of an active reader when that is due, and sets no cookie otherwise. */
export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  return data(null, { headers: await commitHeaders(session) })
}

/** Every page shows the visitor's own session, so no page may be kept by a shared cache. */
export const headers = () => ({ 'Cache-Control': 'private, no-store', Vary: 'Cookie' })

export function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>sojourn · Remix</title>
        <Meta />
        <Links />
      </head>
      <body>
        <header className="app-header">
          <h1>
            <a href="/">sojourn</a> <span>Remix</span>
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
