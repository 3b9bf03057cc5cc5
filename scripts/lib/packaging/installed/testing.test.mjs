import { memoryStore } from '@sojourn/core'
import { fakeClock, testSessionStore } from '@sojourn/testing'

const clock = fakeClock()
testSessionStore({ name: 'memory', create: () => memoryStore({ name: 'trial', now: clock.now }), clock })
