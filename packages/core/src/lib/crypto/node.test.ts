import { expect, test, vi } from 'vitest'

test('importing the Node platform loads nothing; its first use loads node:crypto', async () => {
  vi.resetModules()
  const loads = vi.spyOn(process, 'getBuiltinModule')
  const { platform } = await import('./node.ts')
  expect(loads).not.toHaveBeenCalled()
  platform.randomBytes(1)
  expect(loads.mock.calls).toEqual([['node:crypto']])
})
