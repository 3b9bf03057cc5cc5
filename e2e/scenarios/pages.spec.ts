import { devices } from '@playwright/test'
import { Client } from '../lib/client.ts'
import { expect, test } from '../lib/test.ts'

const screenshots = new URL('../../docs/screenshots/', import.meta.url).pathname
const paths = ['/', '/start', '/test', '/modify', '/modified', '/destroy', '/check', '/streaming']

test('a streaming page knows the visitor', async ({ page, app }) => {
  await page.goto('/streaming')
  await expect(page.locator('main')).toContainText('Anonymous')
  await page.goto('/start')
  await page.goto('/streaming')
  await expect(page.locator('main')).toContainText(app.fan)
})

test('a streaming page is sent before it is complete, and sets no cookie', async ({ app }) => {
  // Some frameworks wait for the whole page when the user agent looks like a robot.
  const client = new Client(app.origins.cookie, new Map(), devices['Desktop Chrome'].userAgent)
  await client.get('/start')
  const answer = await client.get('/streaming')
  expect([answer.status, answer.setCookies]).toEqual([200, []])
  const placeholder = answer.body.indexOf('…')
  expect(placeholder).toBeGreaterThan(0)
  expect(answer.body.indexOf(app.fan)).toBeGreaterThan(placeholder)
})

test('every page has a title, a language and nothing missing', async ({ page, app }) => {
  const problems: string[] = []
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`))
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  for (const path of paths) {
    await page.goto(path)
    await expect(page).toHaveTitle(app.title)
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    await page.waitForLoadState('networkidle')
  }
  expect(problems).toEqual([])
})

test('no page needs sideways scrolling on a phone of 360 px', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  for (const path of paths) {
    await page.goto(path)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(360)
  }
})

test('the home page fits a desktop and a phone', async ({ page, view, app }) => {
  const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } }
  await page.goto('/start')
  for (const [device, size] of Object.entries(sizes)) {
    await page.setViewportSize(size)
    await page.goto('/')
    await expect(view.fact('name')).toHaveText(app.fan)
    for (const label of ['Start', 'Modify', 'Destroy'] as const) await expect(view.button(label)).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
    if (process.env['UPDATE_SCREENSHOTS'] === '1')
      await page.screenshot({ path: `${screenshots}${app.name}-${device}.png`, fullPage: true })
  }
})
