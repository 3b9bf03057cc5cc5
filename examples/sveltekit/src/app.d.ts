import type { ProbeData } from '@sojourn/probe'
import type { Session } from '@sojourn/sveltekit'

declare global {
  namespace App {
    interface Locals {
      session: Promise<Session<ProbeData>>
    }
  }
}
