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
