import { touchSession } from '@sojourn/next/proxy'
import { type NextRequest, NextResponse } from 'next/server'
import { sessions } from './lib/session.ts'

/** Keeps active readers signed in: pages cannot set the cookie that says so. */
export function proxy(request: NextRequest) {
  return touchSession(sessions, request, NextResponse.next())
}

/** The pages, without the prefetches of Next's router. Route handlers touch by themselves. */
export const config = {
  matcher: [
    {
      source: '/:page(test|modified|check|streaming)?',
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
}
