import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { lastWords, startProcess, temporaryFolder } from './own-process.mjs'

const isAlive = (/** @type {number} */ pid) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('what a process says is kept', async () => {
  const folder = temporaryFolder()
  const own = await startProcess('sh', ['-c', 'echo out; echo err >&2'], folder)
  await vi.waitUntil(() => !own.isRunning(), { timeout: 10_000 })
  expect(lastWords(folder)).toBe('out\nerr')
})

test('a program that does not exist is an error', async () => {
  await expect(startProcess('no-such-server-here', [], temporaryFolder())).rejects.toThrow('ENOENT')
})

test('a frozen process can be stopped', async () => {
  const own = await startProcess('sleep', ['60'], temporaryFolder())
  own.signal('SIGSTOP')
  await own.stop()
  expect(own.isRunning()).toBe(false)
  expect(isAlive(own.pid)).toBe(false)
})

test('when we are killed, what we started ends too, even frozen, and its folder is removed', async () => {
  const module = fileURLToPath(new URL('own-process.mjs', import.meta.url))
  const script = `
    import { startProcess, temporaryFolder } from ${JSON.stringify(module)}
    const folder = temporaryFolder()
    const [one, other] = [await startProcess('sleep', ['60'], folder), await startProcess('sleep', ['60'], folder)]
    other.signal('SIGSTOP')
    console.log(JSON.stringify({ folder, pids: [one.pid, other.pid] }))
    setInterval(() => {}, 1_000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  const { folder, pids } = JSON.parse(String(line))
  expect(pids.map(isAlive)).toEqual([true, true])

  parent.kill('SIGKILL')
  await vi.waitUntil(() => !pids.some(isAlive) && !existsSync(folder), { timeout: 10_000 })
}, 20_000)
