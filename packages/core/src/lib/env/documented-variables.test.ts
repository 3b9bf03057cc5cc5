import { expect, test } from 'vitest'
import { documentedVariables } from '../../../../../scripts/lib/documented-variables.ts'
import { ownVariables } from './session-options-from-env.ts'

const ofStores = /^SESSION_(SHM|MEMCACHED?|REDIS|DSHM)_/

test('docs/environment.md names the variables that need no package, and no others', () => {
  expect(documentedVariables().filter((name) => !ofStores.test(name))).toEqual(ownVariables().toSorted())
})
