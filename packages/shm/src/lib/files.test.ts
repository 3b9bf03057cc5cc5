import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SessionConfigError, StoreRefusedError } from '@sojourn/core/store'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { prepareFiles } from './files.ts'
import { folderOnDisk } from './test-support/folder.ts'

const size = 256 * 1024
let path: string

beforeEach(() => {
  path = folderOnDisk()
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(path, { recursive: true })
})

const folder = (): string => join(path, `sojourn-${process.geteuid?.()}`)
const modeOf = (file: string): number => lstatSync(file).mode & 0o777

test('files are for this user only, whatever the umask says', () => {
  const before = process.umask(0)
  const file = prepareFiles(path, 'sessions', size)
  process.umask(before)
  expect(file).toBe(join(folder(), 'sessions.mdb'))
  expect([modeOf(folder()), modeOf(file), modeOf(`${file}-lock`)]).toEqual([0o700, 0o600, 0o600])
})

test('files that are there already stay as they are, and become private', () => {
  const file = prepareFiles(path, 'sessions', size)
  writeFileSync(file, 'data')
  chmodSync(file, 0o666)
  chmodSync(folder(), 0o777)
  expect(prepareFiles(path, 'sessions', size)).toBe(file)
  expect(statSync(file).size).toBe(4)
  expect([modeOf(folder()), modeOf(file)]).toEqual([0o700, 0o600])
})

test('the folder is made where it is missing', () => {
  expect(dirname(dirname(prepareFiles(join(path, 'a', 'b'), 'sessions', size)))).toBe(join(path, 'a', 'b'))
})

test('a link in the place of the folder is refused', () => {
  const elsewhere = join(path, 'elsewhere')
  mkdirSync(elsewhere)
  symlinkSync(elsewhere, folder())
  expect(() => prepareFiles(path, 'sessions', size)).toThrow(SessionConfigError)
  expect(() => prepareFiles(path, 'sessions', size)).toThrow('SESSION_SHM_PATH')
  expect(() => statSync(join(elsewhere, 'sessions.mdb'))).toThrow('ENOENT')
})

test.each(['sessions.mdb', 'sessions.mdb-lock'])('a link in the place of %s is refused', (name) => {
  const victim = join(path, 'victim')
  writeFileSync(victim, 'precious', { mode: 0o644 })
  mkdirSync(folder(), { mode: 0o700 })
  symlinkSync(victim, join(folder(), name))
  expect(() => prepareFiles(path, 'sessions', size)).toThrow(SessionConfigError)
  expect(modeOf(victim)).toBe(0o644)
})

test("another user's folder is refused", () => {
  const stranger = (process.geteuid?.() ?? 0) + 1
  vi.spyOn(process, 'geteuid').mockReturnValue(stranger)
  mkdirSync(join(path, `sojourn-${stranger}`), { mode: 0o777 })
  expect(() => prepareFiles(path, 'sessions', size)).toThrow('belongs to another user')
})

test('a folder above that lets every user replace what is in it is refused, unless it is sticky', () => {
  chmodSync(path, 0o777)
  expect(() => prepareFiles(path, 'sessions', size)).toThrow('chmod +t')
  chmodSync(path, 0o1777)
  expect(() => prepareFiles(path, 'sessions', size)).not.toThrow()
})

test('too little space is refused, and the message says what can be done', () => {
  const open = () => prepareFiles(path, 'sessions', 2 ** 52)
  expect(open).toThrow(StoreRefusedError)
  expect(open).toThrow(/MiB are free.*SESSION_SHM_SIZE.*SESSION_SHM_PATH/)
})

test('a folder that cannot be made is refused by name', () => {
  writeFileSync(join(path, 'file'), '')
  expect(() => prepareFiles(join(path, 'file', 'folder'), 'sessions', size)).toThrow(SessionConfigError)
})
