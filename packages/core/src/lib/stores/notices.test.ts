import { expect, test } from 'vitest'
import type { StoreNotice } from '../contracts/store.ts'
import { Notices } from './notices.ts'

const warning: StoreNotice = { type: 'warning', message: 'The server evicts sessions.' }
const evicted = (count: number): StoreNotice => ({ type: 'evicted', count })

function heardFrom(notices: Notices): readonly StoreNotice[] {
  const heard: StoreNotice[] = []
  notices.listen((notice) => heard.push(notice))
  return heard
}

test('a notice is told to everybody who listens', () => {
  const notices = new Notices()
  const [one, two] = [heardFrom(notices), heardFrom(notices)]
  notices.report(evicted(2))
  notices.report(evicted(3))
  expect(one).toEqual([evicted(2), evicted(3)])
  expect(two).toEqual(one)
})

test('who listens later is told what happened before, evictions as one sum', () => {
  const notices = new Notices()
  for (const notice of [evicted(2), warning, evicted(3)]) notices.report(notice)
  expect(heardFrom(notices)).toEqual([warning, evicted(5)])
})

test('a warning is told once, another one as well', () => {
  const notices = new Notices()
  const other: StoreNotice = { type: 'warning', message: 'The server is old.' }
  const early = heardFrom(notices)
  for (const notice of [warning, warning, other]) notices.report(notice)
  expect(early).toEqual([warning, other])
  expect(heardFrom(notices)).toEqual([warning, other])
})

test('who listens first hears nothing as long as nothing has happened', () => {
  expect(heardFrom(new Notices())).toEqual([])
})
