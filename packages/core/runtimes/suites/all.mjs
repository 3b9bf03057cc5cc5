import { envelopeTests } from './envelope.mjs'
import { partTests } from './parts.mjs'
import { sessionTests } from './sessions.mjs'
import { runTests } from './tests.mjs'

export const runAll = () => runTests({ ...envelopeTests, ...sessionTests, ...partTests })
