import { apps } from '../lib/apps.ts'
import { SESSION_COOKIE } from '../lib/client.ts'
import { expect, test, View } from '../lib/test.ts'

test('parallel tabs show and change one session', async ({ page, view, context, app }) => {
  const other = new View(await context.newPage())
  await page.goto('/')
  await other.page.goto('/')
  await view.button('Start').click()
  await expect(view.fact('name')).toHaveText(app.fan)

  await other.page.reload()
  await expect(other.fact('name')).toHaveText(app.fan)
  await expect(other.fact('id')).toHaveText(await view.fact('id').innerText())
  await other.button('Modify').click()
  await expect(other.fact('name')).toHaveText('Lua Fan')

  await page.goto('/modified')
  await expect(view.strong).toHaveText('Lua Fan')
  await page.goto('/destroy')
  await other.page.goto('/check')
  await expect(other.strong).toHaveText('Anonymous')
  expect(await context.cookies()).toEqual([])
})

test('two tabs that start at once leave one working session', async ({ page, view, context, app }) => {
  const other = await context.newPage()
  await Promise.all([page.goto('/start'), other.goto('/start')])
  for (const tab of [view, new View(other)]) {
    await tab.page.goto('/test')
    await expect(tab.strong).toHaveText(app.fan)
  }
  expect((await context.cookies()).map(({ name }) => name)).toEqual([SESSION_COOKIE])
})

test('who starts a session here is known in every other app, until one of them ends it', async ({
  page,
  view,
  context,
  app,
}) => {
  const others = apps.filter(({ name }) => name !== app.name)
  await page.goto('/')
  await view.button('Start').click()
  await expect(view.fact('name')).toHaveText(app.fan)
  const id = await view.fact('id').innerText()

  for (const { origins } of others) {
    await page.goto(`${origins.cookie}/test`)
    await expect(view.strong).toHaveText(app.fan)
    await page.goto(origins.cookie)
    await expect(view.fact('id')).toHaveText(id)
  }
  for (const { origins } of others) {
    await page.goto(`${origins.cookie}/modify`)
    await page.goto('/modified')
    await expect(view.strong).toHaveText('Lua Fan')
  }
  const last = others.at(-1) ?? app
  await page.goto(last.origins.cookie)
  await view.button('Destroy').click()
  await expect(view.fact('present')).toHaveText('no')
  expect(await context.cookies()).toEqual([])
  for (const { origins } of apps) {
    await page.goto(`${origins.cookie}/check`)
    await expect(view.strong).toHaveText('Anonymous')
  }
})

test('who signs in here is signed in everywhere', async ({ page, app }) => {
  await page.goto('/test')
  await page.evaluate(() => fetch('/api/login', { method: 'POST', body: JSON.stringify({ subject: 'alice' }) }))
  for (const { origins } of apps) {
    const answer = await page.goto(`${origins.cookie}/api/me`)
    expect([answer?.status(), await answer?.json()]).toEqual([200, { subject: 'alice' }])
  }
  const elsewhere = apps.find(({ name }) => name !== app.name) ?? app
  await page.goto(`${elsewhere.origins.cookie}/test`)
  await page.evaluate(() => fetch('/api/logout', { method: 'POST' }))
  for (const { origins } of apps) {
    expect((await page.goto(`${origins.cookie}/api/me`))?.status()).toBe(401)
  }
})
