import { memoryStore } from '@sojourn/core'
import { fakeClock, testSessionStore } from './index.ts'

const clock = fakeClock()

testSessionStore({
  name: 'memory',
  create: () => memoryStore({ name: 'conformance', now: clock.now }),
  clock,
})

testSessionStore({
  name: 'memory (on the clock of the machine)',
  create: () => memoryStore({ name: 'conformance in real time' }),
  capabilities: { expirySlack: 0 },
})
