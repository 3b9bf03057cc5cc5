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
  mode,
}) => {
  const others = apps.filter(({ name }) => name !== app.name)
  await page.goto('/')
  await view.button('Start').click()
  await expect(view.fact('name')).toHaveText(app.fan)
  const id = await view.fact('id').innerText()

  for (const { origins } of others) {
    await page.goto(`${origins[mode]}/test`)
    await expect(view.strong).toHaveText(app.fan)
    await page.goto(origins[mode])
    await expect(view.fact('id')).toHaveText(id)
  }
  for (const { origins } of others) {
    await page.goto(`${origins[mode]}/modify`)
    await page.goto('/modified')
    await expect(view.strong).toHaveText('Lua Fan')
  }
  const last = others.at(-1) ?? app
  await page.goto(last.origins[mode])
  await view.button('Destroy').click()
  await expect(view.fact('present')).toHaveText('no')
  expect(await context.cookies()).toEqual([])
  for (const { origins } of apps) {
    await page.goto(`${origins[mode]}/check`)
    await expect(view.strong).toHaveText('Anonymous')
  }
})

for (const ender of apps) {
  test(`who signs in here is signed in everywhere, until ${ender.name} signs them out`, async ({ client, mode }) => {
    await client.post('/api/login', { subject: 'alice' })
    const everywhere = apps.map(({ origins }) => client.at(origins[mode]))
    for (const [before, there] of everywhere.entries()) {
      const me = await there.get('/api/me')
      expect([me.status, me.json()]).toEqual([200, { subject: 'alice' }])
      expect((await there.session()).data).toEqual(before === 0 ? {} : { seen: before })
      await there.post('/api/set', { key: 'seen', value: before + 1 })
    }
    expect((await client.session()).data).toEqual({ seen: apps.length })

    expect((await client.at(ender.origins[mode]).post('/api/logout')).status).toBe(204)
    expect(client.cookies.size).toBe(0)
    for (const there of everywhere) expect((await there.get('/api/me')).status).toBe(401)
  })
}
