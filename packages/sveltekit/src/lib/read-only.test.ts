import { beforeEach, describe, expect, it } from 'vitest'
import { begin, control, freshBrowser, happened, openGate, SESSION, stored } from '../../fixture/app.ts'
import { type Browser, cookiesSetBy, jsonOf } from '../../fixture/browser.ts'

let browser: Browser

beforeEach(async () => {
  browser = await freshBrowser()
})

describe('when the page was sent, a streamed promise', () => {
  const streamed = async (how: string): Promise<string> => {
    await browser.get('/endpoint?set=Ann&add=one')
    const page = await browser.get(`/streaming?late=${how}`)
    await openGate('streaming')
    return page.text()
  }

  it.each(['read', 'open'])('can read the session (%s)', async (how) => {
    expect(await streamed(how)).toContain('read Ann')
  })

  it('comes after a data request was answered and its session was saved', async () => {
    await browser.get('/endpoint?set=Ann')
    await control({ ahead: 120_000 })
    const response = await browser.get('/streaming/__data.json?late=read')
    expect(cookiesSetBy(response)).toEqual([SESSION])
    await openGate('streaming')
    expect(await response.text()).toContain('read Ann')
  })

  it.each(['change', 'list', 'save'])('is refused to change it (%s)', async (how) => {
    expect(await streamed(how)).toContain('refused session_closed')
    expect(await stored(browser)).toEqual({ name: 'Ann', list: ['one'] })
  })
})

describe('a prerendered page', () => {
  it('was made without a session, which could not be changed', async () => {
    await begin(browser)
    const page = await browser.get('/prerendered')
    expect(await page.text()).toContain('nobody, save: session_read_only, change: session_read_only')
  })
})

describe('remote functions', () => {
  const argument = (value: unknown) => Buffer.from(JSON.stringify([value])).toString('base64url')
  const idOf = async (name: string) => (await jsonOf<Record<string, string>>(await browser.get('/remote/ids')))[name]!
  const query = async (name: string, value: unknown) => browser.get(`${await idOf(name)}?payload=${argument(value)}`)
  const command = async (name: string, ...fields: readonly unknown[]) =>
    browser.sendJson('POST', await idOf(name), {
      payload: Buffer.from(JSON.stringify(fields)).toString('base64url'),
      refreshes: [],
    })

  beforeEach(() => browser.get('/endpoint?set=Ann&add=one').then(happened))

  it('of the kind query read the session, in a page and from the browser', async () => {
    expect(await (await browser.get('/remote')).text()).toContain('name: Ann')
    const response = await browser.get(`${await idOf('read')}?payload=`)
    expect(await response.text()).toContain('Ann')
  })

  it.each(['save', 'change', 'list', 'delete', 'replace'])('of the kind query cannot change it (%s)', async (how) => {
    const answer = await (await query('write', how)).json()
    expect(answer).toMatchObject({ type: 'error', error: { status: 500 } })
    const page = await browser.get(`/remote?how=${how}`)
    expect(page.status).toBe(500)
    expect(new Set((await happened()).errors)).toEqual(new Set(['session_read_only']))
    expect(await stored(browser)).toEqual({ name: 'Ann', list: ['one'] })
  })

  it('of the kind prerender cannot change it', async () => {
    expect((await browser.get('/remote?how=baked')).status).toBe(500)
    expect((await happened()).errors).toEqual(['session_read_only'])
    expect(await stored(browser)).toMatchObject({ name: 'Ann' })
  })

  it('of the kind command change it, and queries refreshed by them see that', async () => {
    const response = await command('rename', { name: 1 }, 'Bob')
    const text = await response.text()
    expect(text).toContain('renamed')
    expect(text).toContain('Bob')
    expect(cookiesSetBy(response)).toEqual([SESSION])
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })

  it.each([
    ['redirects', 'redirect'],
    ['ends with an expected error', 'error'],
  ])('of the kind command change it when the command %s', async (_, how) => {
    await command('rename', { name: 1, how: 2 }, 'Bob', how)
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })

  it('of the kind command leave it as it was when they fail', async () => {
    const response = await command('rename', { name: 1, how: 2 }, 'Bob', 'crash')
    expect(response.status).toBe(200)
    expect((await happened()).events).toEqual(['discarded'])
    expect(await stored(browser)).toMatchObject({ name: 'Ann' })
  })

  it('of the kind form change it, without JavaScript', async () => {
    const page = await (await browser.get('/remote')).text()
    const action = /<form[^>]*action="([^"]*)"/.exec(page)![1]!
    const field = /<input[^>]*name="([^"]*)"/.exec(page)![1]!
    const response = await browser.post(`/remote${action}`, { [field]: 'Bob' })
    expect(response.status).toBe(303)
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })
})
