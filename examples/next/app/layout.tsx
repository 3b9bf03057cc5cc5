import '@sojourn/probe/style.css'
import type { Metadata } from 'next'
import { Document } from '../lib/document.tsx'

export const metadata: Metadata = { title: 'sojourn · Next' }

export default function Layout({ children }: LayoutProps<'/'>) {
  return <Document>{children}</Document>
}
