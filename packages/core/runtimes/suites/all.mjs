import { envelopeTests } from './envelope.mjs'
import { sessionTests } from './sessions.mjs'
import { runTests } from './tests.mjs'

export const runAll = () => runTests({ ...envelopeTests, ...sessionTests })
