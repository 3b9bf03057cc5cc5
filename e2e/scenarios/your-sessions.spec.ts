import { randomUUID } from 'node:crypto'
import { devices } from '@playwright/test'
import { type App, apps } from '../lib/apps.ts'
import { expect, test, View } from '../lib/test.ts'

/** Somebody whom no other test knows: all tests share one store. */
const somebody = () => `Ada ${randomUUID()}`

const anotherThan = ({ name }: App): App | undefined => apps.find((app) => app.name !== name)

/** An entry of `GET /api/sessions`. */
interface Listed {
  readonly id: string
  readonly current?: boolean
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('who is signed in on two devices sees both, and signs out the other one', async ({
      page,
      view,
      browser,
      app,
      mode,
    }) => {
      const name = somebody()
      const { userAgent } = devices['Desktop Firefox']
      const elsewhere = await browser.newContext({ javaScriptEnabled, userAgent })
      const other = new View(await elsewhere.newPage())
      await other.signInAs(name, (anotherThan(app) ?? app).origins[mode])
      await view.signInAs(name)

      const entries = view.sessions.getByRole('listitem')
      await expect(entries.locator('[data-field="device"]')).toHaveText(['Chrome on Windows', 'Firefox on Windows'])
      await expect(entries.locator('[data-field="where"]')).toHaveText(['this device'])
      await expect(entries.first()).toHaveAttribute('aria-current', 'true')
      await expect(entries.locator('[data-field="id"]')).toHaveText([
        await view.fact('id').innerText(),
        await other.fact('id').innerText(),
      ])
      await expect(entries.locator('[data-field="used"]')).toHaveText([/^\d+ s ago$/, /^\d+ s ago$/])

      await view.button('Sign out others').click()
      await expect(entries).toHaveCount(1)
      await expect(view.strong).toHaveText(name)
      await other.page.reload()
      await expect(other.strong).toHaveText('Anonymous')
      await expect(other.signIn).toBeVisible()
      await expect(other.sessions).toHaveCount(0)
      await page.reload()
      await expect(entries).toHaveCount(1)
      await elsewhere.close()
    })
  })
}

test('the list fits a phone of 360 px', async ({ page, view }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await view.signInAs(somebody())
  await expect(view.button('Sign out others')).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
})

test('every app lists the same sessions, and knows which of them is this one', async ({ client, mode }) => {
  const subject = somebody()
  const phone = client.copy()
  for (const device of [client, phone]) await device.post('/api/login', { subject })
  const ids = await Promise.all([client, phone].map(async (device) => String((await device.session()).id)))
  const [here = '', there = ''] = ids
  for (const { origins } of apps) {
    const listed = (await client.at(origins[mode]).get('/api/sessions')).json<{ sessions: Listed[] }>().sessions
    const whichIsThis = Object.fromEntries(listed.map(({ id, current = false }) => [id, current]))
    expect(whichIsThis).toEqual({ [here]: true, [there]: false })
  }
})

test('signing out everywhere ends all sessions in all apps, and says how many', async ({ client, app, mode }) => {
  const subject = somebody()
  const phone = client.copy().at((anotherThan(app) ?? app).origins[mode])
  for (const device of [client, phone]) await device.post('/api/login', { subject })

  const others = await client.delete('/api/sessions')
  expect([others.status, others.json()]).toEqual([200, { ended: 1 }])
  expect([(await client.get('/api/me')).status, (await phone.get('/api/me')).status]).toEqual([200, 401])

  await phone.post('/api/login', { subject })
  const all = await phone.delete('/api/sessions?all=1')
  expect([all.status, all.json()]).toEqual([200, { ended: 2 }])
  expect(phone.cookies.size).toBe(0)
  for (const { origins } of apps) expect((await client.at(origins[mode]).get('/api/me')).status).toBe(401)
})

test('no copy of a cookie outlives signing out, in whichever app', async ({ client, app, mode }) => {
  await client.post('/api/login', { subject: somebody() })
  const thief = client.copy()
  await client.at((anotherThan(app) ?? app).origins[mode]).post('/api/logout')
  for (const { origins } of apps) {
    expect((await thief.at(origins[mode]).get('/api/me')).status).toBe(401)
    expect((await thief.at(origins[mode]).session()).refusal).toBe('destroyed')
  }
})
