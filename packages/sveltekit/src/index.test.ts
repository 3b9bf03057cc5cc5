import { beforeEach, describe, expect, it } from 'vitest'
import { begin, control, freshBrowser, happened, openGate, RECORD, reached, SESSION, stored } from '../fixture/app.ts'
import { type Browser, cookiesSetBy } from '../fixture/browser.ts'

let browser: Browser

beforeEach(async () => {
  browser = await freshBrowser()
})

describe('a session that changed is saved with the response', () => {
  it.each([
    ['a page', '/page?set=Bob', 200],
    ['a data request', '/page/__data.json?set=Bob', 200],
    ['an endpoint', '/endpoint?set=Bob', 200],
    ['a load function that redirects', '/page?set=Bob&end=redirect', 303],
    ['a data request that redirects', '/page/__data.json?set=Bob&end=redirect', 200],
    ['a load function that ends with an expected error', '/page?set=Bob&end=error', 418],
    ['an endpoint that redirects', '/endpoint?set=Bob&end=redirect', 303],
    ['an endpoint that returns an immutable Response', '/endpoint?set=Bob&end=immutable', 303],
    ['an endpoint that ends with an expected error', '/endpoint?set=Bob&end=error', 418],
    ['a page that is not there, in a hook', '/late/nothing?set=Bob', 404],
    ['a hook that redirects', '/late/change?set=Bob&end=redirect', 303],
    ['a hook that redirects after the page was made', '/late/after?set=Bob', 303],
    ['a hook that returns an immutable redirect', '/late/response?set=Bob', 303],
    ['a hook that returns an immutable redirect to a data request', '/late/response/__data.json?set=Bob', 200],
    ['a hook that ends with an expected error', '/late/change?set=Bob&end=error', 418],
  ])('of %s', async (_, path, status) => {
    const response = await browser.get(path)
    expect(response.status).toBe(status)
    expect(cookiesSetBy(response)).toContain(SESSION)
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })

  it.each([
    ['succeeds', '', 200],
    ['fails', 'fail', 400],
    ['redirects', 'redirect', 303],
    ['ends with an expected error', 'error', 418],
  ])('of an action that %s, without JavaScript', async (_, end, status) => {
    const response = await browser.post('/page', { set: 'Bob', end })
    expect(response.status).toBe(status)
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })

  it.each([
    ['succeeds', '', 'success'],
    ['fails', 'fail', 'failure'],
    ['redirects', 'redirect', 'redirect'],
    ['ends with an expected error', 'error', 'error'],
  ])('of an action that %s, with JavaScript', async (_, end, type) => {
    const response = await browser.post('/page', { set: 'Bob', end }, { accept: 'application/json' })
    expect(await response.json()).toMatchObject({ type })
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })

  it('and shows the load functions after an action what the action changed', async () => {
    const response = await browser.post('/page', { set: 'Bob' })
    expect(await response.text()).toContain('name: Bob, form: {"done":true}')
  })

  it('with one cookie, out of shared caches, beside cookies of the app', async () => {
    const response = await browser.get('/late/change?set=Bob&end=redirect')
    expect(cookiesSetBy(response).toSorted()).toEqual([SESSION, 'other'])
    expect(browser.cookies.get('other')).toBe('kept')
    const page = await browser.get('/page?set=Eve')
    expect(cookiesSetBy(page)).toEqual([SESSION])
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    expect(page.headers.get('vary')).toContain('Cookie')
  })

  it('with the attributes of the session cookie, also where SvelteKit sets it', async () => {
    const attributes = async (path: string) =>
      (await (await freshBrowser()).get(path)).headers
        .getSetCookie()
        .find((line) => line.startsWith(SESSION))!
        .split('; ')
        .slice(1)
        .toSorted()
    const expected = ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']
    expect(await attributes('/page?set=Bob')).toEqual(expected)
    expect(await attributes('/late/change?set=Bob&end=redirect')).toEqual(expected)
  })
})

describe('a session that changed in a request that failed is left as it was', () => {
  it.each([
    ['a load function that throws', '/page?set=Bob&end=crash', 500],
    ['a data request whose load function throws', '/page/__data.json?set=Bob&end=crash', 200],
    ['an endpoint that throws', '/endpoint?set=Bob&end=crash', 500],
    ['an endpoint that answers 503', '/endpoint?set=Bob&end=unavailable', 503],
    ['a hook that throws', '/late/change?set=Bob&end=crash', 500],
  ])('by %s', async (_, path, status) => {
    await begin(browser)
    const response = await browser.get(path)
    expect(response.status).toBe(status)
    expect(cookiesSetBy(response)).toEqual([])
    expect((await happened()).events).toEqual(['discarded'])
    expect(await stored(browser)).toMatchObject({ name: 'Ann' })
  })

  it('by an action that throws', async () => {
    await begin(browser)
    const response = await browser.post('/page', { set: 'Bob', end: 'crash' })
    expect(response.status).toBe(500)
    expect((await happened()).events).toEqual(['discarded'])
    expect(await stored(browser)).toMatchObject({ name: 'Ann' })
  })

  it('except for what was saved explicitly before', async () => {
    await begin(browser)
    await browser.get('/page?set=Bob&save&end=crash')
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })
})

describe('a session that cannot be saved replaces the response', () => {
  it('with 413 when it is too large', async () => {
    await begin(browser)
    const response = await browser.get('/page?set=abcdefghijklmnopqrstuvwxyz0123456789')
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { code: 'session_too_large' } })
    expect(await stored(browser)).toMatchObject({ name: 'Ann' })
  })

  it('with 409 when another request changed the same list', async () => {
    await browser.get('/endpoint?record&set=Ann')
    const slow = browser.get('/endpoint?record&add=slow&wait=conflict')
    await reached('conflict')
    await browser.get('/endpoint?record&add=fast')
    await openGate('conflict')
    expect((await slow).status).toBe(409)
  })

  it('with 410 when another request destroyed it', async () => {
    await browser.get('/endpoint?record&set=Ann')
    const slow = browser.get('/endpoint?record&set=Bob&wait=destroyed')
    await reached('destroyed')
    await browser.get('/endpoint?record&destroy')
    await openGate('destroyed')
    expect((await slow).status).toBe(410)
  })

  it('with 503 when the store cannot be reached, also when a hook ends the request', async () => {
    await browser.get('/endpoint?record&set=Ann')
    for (const path of ['/page?', '/late/change?end=redirect&', '/late/change?end=error&']) {
      const slow = browser.get(`${path}record&set=Bob&wait=outage`)
      await reached('outage')
      await control({ isStoreDown: true })
      await openGate('outage')
      const response = await slow
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('1')
      expect(cookiesSetBy(response)).not.toContain(RECORD)
      await control({ isStoreDown: false })
    }
  })
})
