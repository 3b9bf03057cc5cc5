import { expect, test } from '../lib/test.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('who signs in is greeted by name, under a new id, until the session is destroyed', async ({ page, view }) => {
      await page.goto('/')
      await view.button('Start').click()
      await expect(view.fact('present')).toHaveText('yes')
      const id = await view.fact('id').innerText()

      await view.signInAs('Ada Lovelace')
      await expect(page).toHaveURL('/')
      await expect(view.strong).toHaveText('Ada Lovelace')
      await expect(view.fact('id')).toHaveText(/^[\w-]{16}$/)
      await expect(view.fact('id')).not.toHaveText(id)
      await page.goto('/api/me')
      expect(JSON.parse(await page.innerText('body'))).toEqual({ subject: 'Ada Lovelace' })

      await page.goto('/')
      await view.button('Destroy').click()
      await expect(view.signIn).toBeVisible()
      await expect(view.strong).toHaveText('Anonymous')
    })
  })
}

test('where sessions are kept in cookies, nobody is shown a list of them', async ({ view, client }) => {
  await view.signInAs('Ada Lovelace')
  await expect(view.sessions).toHaveCount(0)

  expect((await client.get('/api/sessions')).status).toBe(401)
  await client.post('/api/login', { subject: 'ada' })
  for (const answer of [await client.get('/api/sessions'), await client.delete('/api/sessions')])
    expect([answer.status, answer.code]).toEqual([501, 'session_unsupported'])
  expect((await client.get('/api/me')).status).toBe(200)
})

test('a form that was filled in badly changes nothing', async ({ page, view }) => {
  await page.goto('/')
  await view.button('Sign in').click()
  await expect(page.getByLabel('Name')).toBeFocused()
  await page.getByLabel('Name').evaluate((input) => input.removeAttribute('required'))
  await view.button('Sign in').click()
  await page.waitForLoadState('networkidle')
  await page.goto('/')
  await expect(view.signIn).toBeVisible()
  await expect(view.fact('present')).toHaveText('no')
})
