import type { Mode } from '../lib/apps.ts'
import { lifetimesOf } from '../lib/formats.ts'
import { expect, test, type View } from '../lib/test.ts'

interface Step {
  readonly path: string
  readonly sentence: string
  /** The part of the sentence that is emphasised. */
  readonly name?: string
  readonly link: string
}

const walk = (fan: string): readonly Step[] => [
  { path: '/', sentence: 'You are known as Anonymous.', name: 'Anonymous', link: 'Start the test' },
  { path: '/start', sentence: 'Session started.', link: 'Check if it is working' },
  { path: '/test', sentence: `Session was started by ${fan}!`, name: fan, link: 'Modify the session' },
  { path: '/modify', sentence: 'Session modified.', link: 'Check if it is modified' },
  { path: '/modified', sentence: 'Session was modified by Lua Fan!', name: 'Lua Fan', link: 'Destroy the session' },
  { path: '/destroy', sentence: 'Session was destroyed.', link: 'Is it really so' },
  {
    path: '/check',
    sentence: 'Session was really destroyed, you are known as Anonymous!',
    name: 'Anonymous',
    link: 'Start again',
  },
]

async function expectPanel(view: View, name: string | undefined, mode: Mode): Promise<void> {
  await expect(view.fact('present')).toHaveText(name === undefined ? 'no' : 'yes')
  await expect(view.fact('name')).toHaveText(name ?? 'Anonymous')
  await expect(view.fact('id')).toHaveText(name === undefined ? '–' : /^[\w-]{16}$/)
  const lifetimes = lifetimesOf(mode)
  for (const field of ['idle', 'rolling', 'absolute'] as const) {
    const longest = lifetimes[field]
    if (name === undefined || longest === undefined) {
      await expect(view.fact(field)).toHaveText('–')
    } else {
      const seconds = Number.parseInt(await view.fact(field).innerText(), 10)
      expect(seconds).toBeGreaterThan(longest - 60)
      expect(seconds).toBeLessThanOrEqual(longest)
    }
  }
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('links lead from starting a session to its end and back to the beginning', async ({ page, view, app }) => {
      await page.goto('/')
      for (const { path, sentence, name, link } of walk(app.fan)) {
        await expect(page).toHaveURL(path)
        await expect(view.sentence).toHaveText(sentence)
        await expect(view.strong).toHaveText(name === undefined ? [] : [name])
        await expect(view.next).toHaveText(link)
        await view.next.click()
      }
      await expect(page).toHaveURL('/')
    })

    test('the buttons of the panel start, modify and destroy a session', async ({ page, view, app, mode }) => {
      await page.goto('/')
      await expectPanel(view, undefined, mode)
      await view.button('Start').click()
      await expect(view.fact('present')).toHaveText('yes')
      await expectPanel(view, app.fan, mode)
      await view.button('Modify').click()
      await expect(view.fact('name')).toHaveText('Lua Fan')
      await expectPanel(view, 'Lua Fan', mode)
      await page.reload()
      await expectPanel(view, 'Lua Fan', mode)
      await view.button('Destroy').click()
      await expect(view.fact('present')).toHaveText('no')
      await expectPanel(view, undefined, mode)
      await expect(page).toHaveURL('/')
    })

    test('the panel and the pages show the same session', async ({ page, view, app }) => {
      await page.goto('/')
      await view.button('Start').click()
      await expect(view.fact('present')).toHaveText('yes')
      const id = await view.fact('id').innerText()
      await page.goto('/test')
      await expect(view.strong).toHaveText(app.fan)
      await page.goto('/api/session')
      expect(JSON.parse(await page.innerText('body'))).toMatchObject({ id, data: { name: app.fan } })
    })
  })
}

test.describe('a form that is posted without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('is answered with 303, back to the page it came from', async ({ page, view }) => {
    await page.goto('/')
    for (const label of ['Start', 'Modify', 'Destroy'] as const) {
      const answer = page.waitForResponse((response) => response.request().method() === 'POST')
      await view.button(label).click()
      const { pathname } = new URL((await (await answer).headerValue('location')) ?? '', page.url())
      expect([(await answer).status(), pathname]).toEqual([303, '/'])
    }
  })
})

test('modifying without a session starts one', async ({ page, view, client }) => {
  await page.goto('/modify')
  await expect(view.sentence).toHaveText('Session modified.')
  await page.goto('/modified')
  await expect(view.strong).toHaveText('Lua Fan')

  expect((await client.get('/modify')).status).toBe(200)
  expect(await client.session()).toMatchObject({ present: true, data: { name: 'Lua Fan' } })
})

test('destroying without a session is no error, and the walk goes on', async ({ page, view, client }) => {
  const answer = await client.get('/destroy')
  expect([answer.status, answer.setCookies]).toEqual([200, []])

  await page.goto('/destroy')
  await expect(view.sentence).toHaveText('Session was destroyed.')
  await view.next.click()
  await expect(view.strong).toHaveText('Anonymous')
})

test('without a session every page knows the visitor as Anonymous', async ({ page, view }) => {
  for (const path of ['/test', '/modified', '/check']) {
    await page.goto(path)
    await expect(view.strong).toHaveText('Anonymous')
  }
})

test('a link is followed when it is clicked, and not before', async ({ page, view }) => {
  const requested: string[] = []
  page.on('request', (request) => requested.push(new URL(request.url()).pathname))
  for (const path of ['/', '/test', '/modified']) {
    await page.goto(path)
    await view.next.hover()
    await view.next.focus()
    await page.waitForLoadState('networkidle')
  }
  expect(requested).toEqual(expect.arrayContaining(['/', '/test', '/modified']))
  for (const changing of ['/start', '/modify', '/destroy']) expect(requested).not.toContain(changing)
})
