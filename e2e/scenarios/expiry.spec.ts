import { modes } from '../lib/apps.ts'
import type { SessionBody } from '../lib/client.ts'
import { expect, test } from '../lib/test.ts'

test.describe('sessions that end after two seconds without use', () => {
  test.use({ mode: 'fleeting' })

  test('an idle session ends, though the browser kept its cookie', async ({ page, view, context }) => {
    await page.goto('/start')
    const cookies = await context.cookies()
    expect(cookies).toHaveLength(1)
    await page.waitForTimeout(2 * Number(modes.fleeting.SESSION_COOKIE_IDLETIME) * 1000)
    await page.goto('/test')
    await expect(view.strong).toHaveText('Anonymous')
    expect(await context.cookies()).toEqual(cookies)

    await page.goto('/start')
    await expect(view.sentence).toHaveText('Session started.')
    expect(await context.cookies()).not.toEqual(cookies)
  })

  test('looking through the probe is no use of the session', async ({ client }) => {
    const { expires } = (await client.post('/api/login', { subject: 'alice' })).json<SessionBody>()
    await expect.poll(async () => (await client.get('/api/me')).status, { intervals: [100] }).toBe(401)
    expect(Date.now()).toBeGreaterThanOrEqual(expires.idle ?? Number.POSITIVE_INFINITY)
    expect(await client.session()).toMatchObject({ present: false, refusal: 'expired-idle' })
  })
})

test.describe('sessions that end after six seconds without use', () => {
  test.use({ mode: 'idle' })

  test('a reader who goes on reading pages stays known', async ({ page, view, app }) => {
    await page.goto('/start')
    const end = Date.now() + Number(modes.idle.SESSION_COOKIE_IDLETIME) * 1250
    while (Date.now() < end) {
      await page.waitForTimeout(400)
      await page.goto('/test')
      await expect(view.strong).toHaveText(app.fan)
    }
  })
})
