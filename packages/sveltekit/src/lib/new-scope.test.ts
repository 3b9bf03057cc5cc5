import { request as rawRequest } from 'node:http'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { begin, control, freshBrowser, happened, SESSION, stored } from '../../fixture/app.ts'
import { type Browser, cookiesSetBy } from '../../fixture/browser.ts'

let browser: Browser

beforeEach(async () => {
  browser = await freshBrowser()
})

describe('a session that is only used', () => {
  beforeEach(() => begin(browser))

  it('sets no cookie within the touch interval', async () => {
    expect(cookiesSetBy(await browser.get('/page'))).toEqual([])
  })

  it('is touched once after it', async () => {
    await control({ ahead: 120_000 })
    expect(cookiesSetBy(await browser.get('/page'))).toEqual([SESSION])
    expect(cookiesSetBy(await browser.get('/page'))).toEqual([])
    expect((await happened()).events).toEqual(['touched'])
  })

  it('is not touched by a prefetch', async () => {
    await control({ ahead: 120_000 })
    expect(cookiesSetBy(await browser.get('/page', { 'sec-purpose': 'prefetch' }))).toEqual([])
  })

  it('is not opened by a request that does not ask for it', async () => {
    await control({ ahead: 3_600_000 })
    expect(cookiesSetBy(await browser.get('/untouched'))).toEqual([])
    expect((await happened()).events).toEqual([])
  })
})

describe('a sub-request', () => {
  it('shares the session of the request that makes it', async () => {
    await begin(browser)
    const response = await browser.get('/sub?set=inner&add=inner')
    expect(cookiesSetBy(response)).toEqual([SESSION])
    expect(await stored(browser)).toEqual({ name: 'inner', list: ['inner', 'outer'] })
  })

  it('gives an anonymous visitor one new session', async () => {
    const response = await browser.get('/sub?set=inner&add=inner')
    expect(cookiesSetBy(response)).toEqual([SESSION])
    expect((await happened()).events).toEqual(['created'])
    expect(await stored(browser)).toEqual({ name: 'inner', list: ['inner', 'outer'] })
  })

  it('does not touch the session by itself', async () => {
    await begin(browser)
    await control({ ahead: 120_000 })
    expect(cookiesSetBy(await browser.get('/sub'))).toEqual([SESSION])
    expect((await happened()).events).toEqual(['touched'])
  })

  it('does not touch the session of a hook that comes before the session either', async () => {
    await begin(browser)
    await control({ ahead: 120_000 })
    const response = await browser.get('/before/fetch')
    expect(await response.json()).toMatchObject({ name: 'Ann' })
    expect((await happened()).events).toEqual([])
  })

  it('of a hook that comes before the session can set its cookie', async () => {
    const response = await browser.get('/before/fetch?set=Bob')
    expect(cookiesSetBy(response)).toEqual([SESSION])
    expect(await stored(browser)).toMatchObject({ name: 'Bob' })
  })

  it('without credentials does not see the session', async () => {
    await begin(browser)
    const response = await browser.get('/sub?omit')
    expect(await response.text()).toContain('{"name":null,"list":[]}')
    expect(await (await browser.get('/sub')).text()).toContain('{"name":"Ann","list":[]}')
  })
})

describe('form posts without an origin set at build time', () => {
  const post = (
    host: string,
    from: string,
  ): Promise<{ readonly status: number; readonly cookies: readonly string[] }> =>
    new Promise((resolve, reject) => {
      const headers = {
        host,
        origin: from,
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        'x-connection-scheme': 'https',
      }
      rawRequest(new URL('/page', inject('origin')), { method: 'POST', headers }, (response) => {
        response.resume()
        resolve({ status: response.statusCode ?? 0, cookies: response.headers['set-cookie'] ?? [] })
      })
        .on('error', reject)
        .end('set=Bob')
    })

  it.each(['localhost:3002', '127.0.0.1:3002', '[::1]:3002'])('work on %s', async (host) => {
    const { status, cookies } = await post(host, `http://${host}`)
    expect(status).toBe(200)
    expect(cookies.join()).toContain(SESSION)
  })

  it('work on another host, where plain http gets no session', async () => {
    const { status, cookies } = await post('shop.example', 'http://shop.example')
    expect(status).toBe(200)
    expect(cookies).toEqual([])
    expect((await happened()).events).toContain('insecure-transport')
  })

  it.each([
    ['another site', 'http://evil.example'],
    ['the same host with a scheme that the client made up', 'https://shop.example'],
  ])('are refused from %s', async (_, from) => {
    expect((await post('shop.example', from)).status).toBe(403)
  })
})
