import style from '@sojourn/probe/style.css' with { type: 'text' }
import type { ReactNode } from 'react'
import { Document } from './document.tsx'

const css = String(style).replace(/\/\*.*?\*\//gs, '')

/** A page from a route handler: the one place where Next lets a GET change a cookie. */
export async function htmlResponse(page: ReactNode): Promise<Response> {
  // Next renders pages itself and accepts its absence from the top of a module only.
  const { renderToStaticMarkup } = await import('react-dom/server')
  const head = (
    <>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>sojourn · Next</title>
      <link rel="icon" href="/icon.svg" />
      <style>{css}</style>
    </>
  )
  const html = renderToStaticMarkup(<Document head={head}>{page}</Document>)
  return new Response(`<!doctype html>${html}`, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}
