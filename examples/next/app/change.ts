'use server'

import { deviceOf } from '@sojourn/probe'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getSession, sessions } from '../lib/session.ts'

/** What the buttons of the start page do. */
export async function change(form: FormData) {
  const session = await getSession()
  const name = String(form.get('name') ?? '')
  switch (form.get('intent')) {
    case 'start':
      session.data.name = 'Next Fan'
      break
    case 'modify':
      session.data.name = 'Lua Fan'
      break
    case 'destroy':
      await session.destroy()
      break
    case 'sign-in':
      if (name === '') break
      session.data.name = name
      session.data.device = deviceOf((await headers()).get('user-agent'))
      await session.signIn(name)
      break
    case 'sign-out-others':
      if (session.subject !== undefined) await sessions.revoke(session.subject, { except: session.id })
      break
  }
  await session.save()
  redirect('/')
}
