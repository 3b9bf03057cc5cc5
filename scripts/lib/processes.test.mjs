import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { capture, start } from './processes.mjs'

const isAlive = (/** @type {number} */ pid) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the exit code and both output streams of a command are kept', async () => {
  const script = 'console.log("out"); console.error("err"); process.exit(3)'
  const { code, output } = await capture(process.execPath, ['-e', script])
  expect(code).toBe(3)
  expect(output.split('\n').sort()).toEqual(['', 'err', 'out'])
})

test('a command that does not exist ends with the code that a shell gives', async () => {
  expect(await capture('no-such-command-here', [])).toEqual({ code: 127, output: '' })
})

test('a polite signal ends what was started and what that has started', async () => {
  const processes = fileURLToPath(new URL('processes.mjs', import.meta.url))
  const script = `
    import { start, stopOnSignals } from ${JSON.stringify(processes)}
    stopOnSignals(() => 0)
start('sh', ['-c', 'sh -c "echo \\$\\$; exec sleep 60"; true'])`
  const parent = start(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [first] = await once(parent.stdout ?? parent, 'data')
  const grandchild = Number(String(first))
  expect(isAlive(grandchild)).toBe(true)

  parent.kill('SIGTERM')
  const [code] = await once(parent, 'exit')
  expect(code).toBe(0)
  await vi.waitUntil(() => !isAlive(grandchild), { timeout: 10_000 })
}, 20_000)
