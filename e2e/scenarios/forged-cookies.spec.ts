import { get, SESSION_COOKIE as N } from '../lib/client.ts'
import { type Forged, forge } from '../lib/forge.ts'
import { expect, test } from '../lib/test.ts'

const nowSeconds = Math.floor(Date.now() / 1000)

/** Only who has the secret can seal these: even then they are refused, and nothing breaks. */
const hostile: readonly (Forged & { readonly title: string })[] = [
  { title: 'B46 "__proto__" in the data', data: '{"__proto__":{"admin":true},"name":"alice Fan"}' },
  { title: 'B46 "__proto__" deep in the data', data: '{"name":"alice Fan","a":{"b":{"__proto__":{"admin":true}}}}' },
  { title: 'data that is a list', data: '["alice"]' },
  { title: 'data that is null', data: 'null' },
  { title: 'data that is a number', data: '1' },
  { title: 'data that is no JSON', data: '{"name":' },
  { title: 'no data at all', data: '' },
  { title: 'a subject that is no UTF-8', subject: Buffer.of(0xff, 0xfe) },
  { title: 'data nested 1,000 deep', data: `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}` },
  { title: 'a data length beyond the end', data: '{}', dataLength: 0xffffffff },
  { title: 'a data length that leaves more than padding', data: `{}${'x'.repeat(100)}`, dataLength: 2 },
  { title: 'padding that is not zero', padding: 1 },
  { title: 'an unknown layout', layout: 9 },
  { title: 'unknown flags', flags: 0x80 },
  { title: 'an id that is too short', idLength: 15 },
  { title: 'an id that is too long', idLength: 65 },
  { title: 'B49 times at the beginning of time', began: 0, rolled: 0, touched: 0 },
  { title: 'B49 times at the end of time', began: 2 ** 40 - 1, rolled: 2 ** 40 - 1, touched: 2 ** 40 - 1 },
  { title: 'B49 used before it began', began: nowSeconds, rolled: nowSeconds, touched: nowSeconds - 500 },
]

test('a cookie sealed by hand, after docs/envelope.md alone, is accepted', async ({ app }) => {
  const cookie = `${N}=${forge({ data: '{"name":"alice Fan"}' })}`
  const session = (await get(app.origins.cookie, '/api/session', cookie)).json()
  expect(session).toMatchObject({ present: true, refusal: null, subject: 'alice', data: { name: 'alice Fan' } })
  expect((await get(app.origins.cookie, '/test', cookie)).body).toContain('alice Fan')
})

for (const { title, ...forged } of hostile) {
  test(`refused although sealed with the secret: ${title}`, async ({ app }) => {
    const cookie = `${N}=${forge(forged)}`
    const answer = await get(app.origins.cookie, '/api/session', cookie)
    expect([answer.status, answer.setCookies]).toEqual([200, []])
    expect(answer.json()).toMatchObject({ present: false, subject: null })
    expect(answer.json()['data']).toEqual({})
    const page = await get(app.origins.cookie, '/test', cookie)
    expect([page.status, page.setCookies]).toEqual([200, []])
    expect(page.body).toContain('Anonymous')
  })
}
