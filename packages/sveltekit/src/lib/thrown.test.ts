import { beforeEach, describe, expect, it } from 'vitest'
import { begin, control, freshBrowser } from '../../fixture/app.ts'
import { type Browser, cookiesSetBy } from '../../fixture/browser.ts'

let browser: Browser

beforeEach(async () => {
  browser = await freshBrowser()
})

describe('hooks', () => {
  it('that come before the session are told to come after it', async () => {
    const response = await browser.get('/before')
    expect(await response.text()).toMatch(/^session_config: .*put it first/s)
  })

  it('that come after the session have it', async () => {
    await begin(browser)
    const response = await browser.get('/late/read')
    expect(await response.json()).toMatchObject({ name: 'Ann' })
  })

  it('that only read the session and refuse the request leave the answer to SvelteKit', async () => {
    await begin(browser)
    await control({ ahead: 120_000 })
    const response = await browser.get('/late/guard')
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('not you')
    expect(cookiesSetBy(response)).toEqual([])
  })

  it.each([
    ['as JSON', 'application/json', { status: 418, message: 'teapot' }],
    ['in a data request', 'text/html', { status: 418, message: 'teapot' }],
  ])('that change the session and refuse the request answer %s', async (_, accept, body) => {
    const path = accept === 'text/html' ? '/late/change/__data.json' : '/late/change'
    const response = await browser.get(`${path}?set=Bob&end=error`, { accept })
    expect(response.status).toBe(418)
    expect(await response.json()).toEqual(body)
  })
})
