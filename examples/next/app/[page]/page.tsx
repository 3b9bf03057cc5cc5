import { notFound } from 'next/navigation'
import { Step } from '../../lib/document.tsx'
import { readSession } from '../../lib/session.ts'

/** The pages that only read the session. */
const pages = new Map([
  ['test', { text: 'Session was started by', next: '/modify', label: 'Modify the session' }],
  ['modified', { text: 'Session was modified by', next: '/destroy', label: 'Destroy the session' }],
  ['check', { text: 'Session was really destroyed, you are known as', next: '/', label: 'Start again' }],
])

export default async function Page({ params }: PageProps<'/[page]'>) {
  const page = pages.get((await params).page)
  if (!page) notFound()
  const session = await readSession()
  return (
    <Step next={page.next} label={page.label}>
      {`${page.text} `}
      <strong>{session.data.name ?? 'Anonymous'}</strong>!
    </Step>
  )
}
