import type { ReactNode } from 'react'

interface StepProps {
  children: ReactNode
  next: string
  label: string
}

/** One page of the flow: what happened, and where to go next. */
export function Step({ children, next, label }: StepProps) {
  return (
    <section className="card">
      <p className="sentence" data-flow>
        {children}
      </p>
      <a className="next-link" data-next href={next}>
        {label}
      </a>
    </section>
  )
}

/** What all pages have in common, whether Next renders them or a route handler does. */
export function Document({ head, children }: { head?: ReactNode; children: ReactNode }) {
  return (
    <html lang="en">
      {/* biome-ignore lint/style/noHeadElement: next/head is for the Pages Router. */}
      {head && <head>{head}</head>}
      <body>
        <header className="app-header">
          <h1>
            <a href="/">sojourn</a> <span>Next</span>
          </h1>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
