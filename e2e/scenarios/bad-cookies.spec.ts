import { type Answer, get, SESSION_COOKIE as N } from '../lib/client.ts'
import { overwrite } from '../lib/forge.ts'
import { mint } from '../lib/mint.ts'
import { send } from '../lib/raw-http.ts'
import { expect, test } from '../lib/test.ts'

const DAY_MS = 24 * 3600 * 1000
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const otherSecret = 'base64:c29tZSBvdGhlciBzZWNyZXQsIDMyIGJ5dGVzIGxvbmc='

interface Case {
  readonly title: string
  /** The Cookie header, octets as sent, given a valid cookie of Alice. */
  readonly header: (valid: string) => string | Promise<string>
  /** Why it is refused, where that is worth knowing. */
  readonly refusal?: string
}

const b64 = (text: string): string => Buffer.from(text).toString('base64url')

/** A cookie that contains both characters in which base64url differs from base64. */
async function mintWithBoth(): Promise<string> {
  for (;;) {
    const cookie = await mint('alice')
    if (cookie.includes('-') && cookie.includes('_')) return cookie
  }
}

const refused: readonly Case[] = [
  { title: 'B01 an empty value', header: () => `${N}=` },
  { title: 'B02 a name without "="', header: () => N },
  { title: 'B03 a value without a name', header: (c) => `=${c}` },
  { title: 'B04 the last character missing', header: (c) => `${N}=${c.slice(0, -1)}` },
  { title: 'B06 one character more', header: (c) => `${N}=${c}A`, refusal: 'malformed' },
  { title: 'B06 padding', header: (c) => `${N}=${c}=`, refusal: 'malformed' },
  {
    title: 'B09 base64 instead of base64url',
    header: async () => `${N}=${(await mintWithBoth()).replaceAll('-', '+').replaceAll('_', '/')}`,
    refusal: 'malformed',
  },
  { title: 'B10 quotes around it', header: (c) => `${N}="${c}"`, refusal: 'malformed' },
  {
    title: 'B11 percent-encoded',
    header: (c) => `${N}=${Array.from(c, (char) => `%${char.charCodeAt(0).toString(16)}`).join('')}`,
  },
  { title: 'B11 one character percent-encoded', header: (c) => `${N}=%${c.charCodeAt(0).toString(16)}${c.slice(1)}` },
  {
    title: 'B14 made for another cookie name',
    header: async () => `${N}=${await mint('alice', { name: '__Host-other' })}`,
    refusal: 'tampered',
  },
  { title: 'B15 in the slot of a further chunk', header: (c) => `${N}.2=${c}` },
  {
    title: 'B16 made for another audience',
    header: async () => `${N}=${await mint('alice', { audience: 'shop' })}`,
    refusal: 'tampered',
  },
  ...[0x00, 0xff, 0x54].map((octet) => ({
    title: `B17 version 0x${octet.toString(16)}`,
    header: (c: string) => `${N}=${overwrite(c, 'version', octet)}`,
    refusal: 'malformed',
  })),
  ...[0x00, 0xff].map((octet) => ({
    title: `B18 key id of 0x${octet.toString(16)}`,
    header: (c: string) => `${N}=${overwrite(c, 'keyId', octet)}`,
    refusal: 'unknown-key',
  })),
  {
    title: 'B18 sealed with a secret that was removed',
    header: async () => `${N}=${await mint('alice', { secret: otherSecret })}`,
    refusal: 'unknown-key',
  },
  { title: 'B19 salt zeroed', header: (c) => `${N}=${overwrite(c, 'salt', 0)}`, refusal: 'tampered' },
  { title: 'B19 commitment zeroed', header: (c) => `${N}=${overwrite(c, 'commitment', 0)}`, refusal: 'tampered' },
  { title: 'B20 plain base64 JSON', header: () => `${N}=${b64('{"sub":"admin","subject":"admin"}')}` },
  { title: 'B21 an iron seal', header: () => `${N}=Fe26.2*1*${'a'.repeat(64)}*${b64('salt')}*x*y**z*w~2` },
  { title: 'B21 an iron seal with a key id of "constructor"', header: () => `${N}=Fe26.2*constructor*a*b*c*d*e*f~2` },
  {
    title: 'B21 a JWE',
    header: () => `${N}=${b64('{"alg":"dir","enc":"A256GCM"}')}..${b64('iv')}.${b64('x')}.${b64('tag')}`,
  },
  { title: 'B21 a signed cookie of Express', header: () => `${N}=s:sid.c2lnbmF0dXJl` },
  { title: 'B22 an unsigned JWT', header: () => `${N}=${b64('{"alg":"none"}')}.${b64('{"sub":"admin"}')}.` },
  {
    title: 'B25 two valid cookies of different people',
    header: async (c) => `${N}=${c}; ${N}=${await mint('bob')}`,
    refusal: 'ambiguous',
  },
  { title: 'B27 the name in lower case', header: (c) => `${N.toLowerCase()}=${c}` },
  { title: 'B27 the name in upper case', header: (c) => `${N.toUpperCase()}=${c}` },
  { title: 'R29 a no-break space before the name', header: (c) => `a=b; \u00a0${N}=${c}` },
  { title: 'R29 a no-break space in UTF-8 before the name', header: (c) => `a=b; \u00c2\u00a0${N}=${c}` },
  { title: 'R29 the name percent-encoded', header: (c) => `${N.replaceAll('_', '%5f')}=${c}` },
  { title: 'R29 a no-break space before the value', header: (c) => `${N}=\u00a0${c}` },
  { title: 'B31 a count of 999,999 chunks', header: (c) => `${N}=999999.${c}` },
  { title: 'B31 a count of nine chunks', header: (c) => `${N}=9.${c}`, refusal: 'malformed' },
  { title: 'B31 more cookies of the name than anyone has', header: () => `${N}=x; `.repeat(500) },
  { title: 'B37 the session of an app called "session2"', header: (c) => `${N}2=${c}` },
  {
    title: 'B49 last used long ago',
    header: async () => `${N}=${await mint('alice', { now: () => Date.now() - 1000 * 1000 })}`,
    refusal: 'expired-idle',
  },
  {
    title: 'B50 last renewed two hours ago',
    header: async () => `${N}=${await mint('alice', { now: () => Date.now() - DAY_MS / 12 })}`,
    refusal: 'expired-rolling',
  },
  {
    title: 'B50 created two days ago',
    header: async () => `${N}=${await mint('alice', { now: () => Date.now() - 2 * DAY_MS })}`,
    refusal: 'expired-absolute',
  },
  {
    title: 'B49 created ten years from now',
    header: async () => `${N}=${await mint('alice', { now: () => Date.now() + 3650 * DAY_MS })}`,
    refusal: 'malformed',
  },
  { title: 'B58 octets above ASCII', header: () => `${N}=\u00ff\u00fe\u0080` },
  { title: 'eight kilobytes of nothing', header: () => `${N}=${'A'.repeat(8000)}` },
]

const accepted: readonly Case[] = [
  { title: 'a valid cookie', header: (c) => `${N}=${c}` },
  { title: 'B23 the same cookie twice', header: (c) => `${N}=${c}; ${N}=${c}` },
  { title: 'R27 a valid cookie beside garbage of its name', header: (c) => `${N}=garbage; ${N}=${c}` },
  { title: 'B29 cookies with "$" names', header: (c) => `$Version=1; ${N}=${c}; $Path=/` },
  { title: 'spaces and tabs around it', header: (c) => `a=b;\t ${N} = ${c} \t; c=d` },
  { title: 'no space after ";"', header: (c) => `a=b;${N}=${c};c=d` },
  { title: 'B40 beside 8,000 bytes of other cookies', header: (c) => `other=${'x'.repeat(8000)}; ${N}=${c}` },
  { title: 'B37 beside the session of an app called "session2"', header: (c) => `${N}2=theirs; ${N}=${c}` },
]

/** All that a client can tell two answers apart by. */
function visible({ status, headers, body }: Answer) {
  return { status, headers: headers.filter(([name]) => name !== 'date'), body }
}

for (const { title, header, refusal } of refused) {
  test(`refused: ${title}`, async ({ app }) => {
    const origin = app.origins.cookie
    const cookie = await header(await mint('alice'))
    expect(visible(await get(origin, '/api/me', cookie))).toEqual(visible(await get(origin, '/api/me')))

    const page = await get(origin, '/test', cookie)
    expect([page.status, page.setCookies]).toEqual([200, []])
    expect(page.body).toContain('Anonymous')
    expect(page.body).not.toContain('alice')

    const session = (await get(origin, '/api/session', cookie)).json()
    expect(session).toMatchObject({ present: false, subject: null, ...(refusal && { refusal }) })
    expect(session['data']).toEqual({})
  })
}

for (const { title, header } of accepted) {
  test(`accepted: ${title}`, async ({ app }) => {
    const cookie = await header(await mint('alice'))
    const me = await get(app.origins.cookie, '/api/me', cookie)
    expect([me.status, me.json()]).toEqual([200, { subject: 'alice' }])
    expect((await get(app.origins.cookie, '/test', cookie)).body).toContain('alice Fan')
  })
}

test('R26 a cookie in the second of two Cookie fields is found', async ({ app }) => {
  const headers = [
    ['Cookie', 'a=b'],
    ['Cookie', `${N}=${await mint('alice')}`],
  ] as const
  expect((await send(app.origins.cookie, { path: '/api/me', headers })).status).toBe(200)
})

test('B05 one character changed, at every position', async ({ app }) => {
  const cookie = await mint('alice')
  const steps = process.env['FULL'] === '1' ? [1, 2, 4, 8, 16, 32] : [1]
  for (const [at, char] of Array.from(cookie).entries()) {
    await Promise.all(
      steps.map(async (step) => {
        const other = ALPHABET[ALPHABET.indexOf(char) ^ step]
        const edited = `${N}=${cookie.slice(0, at)}${other}${cookie.slice(at + 1)}`
        expect((await get(app.origins.cookie, '/api/me', edited)).status, `position ${at}`).toBe(401)
      }),
    )
  }
})

test('B32, B33 a chunked session counts only when it is whole and in order', async ({ client, app }) => {
  await client.post('/api/login', { subject: 'alice' })
  await client.post('/api/put', { key: 'big', bytes: 6000 })
  const [one = '', two = '', three = ''] = client.cookies.values()
  expect(client.cookies.size).toBe(3)
  const refusalOf = async (cookies: string) =>
    (await get(app.origins.cookie, '/api/session', cookies)).json()['refusal']

  expect(await refusalOf(`${N}=${one}; ${N}.2=${two}; ${N}.3=${three}`)).toBeNull()
  expect(await refusalOf(`${N}.3=${three}; ${N}=${one}; ${N}.2=${two}`)).toBeNull()
  expect(await refusalOf(`${N}=${one}; ${N}.3=${three}`)).toBe('incomplete')
  expect(await refusalOf(`${N}=${one}; ${N}.2=${two}`)).toBe('incomplete')
  expect(await refusalOf(`${N}=${one}`)).toBe('incomplete')
  for (const mixed of [
    `${N}=${one}; ${N}.2=${three}; ${N}.3=${two}`,
    `${N}=${one}; ${N}.2=${two}; ${N}.3=${two}`,
    `${N}=${one}; ${N}.2=${one}; ${N}.3=${one}`,
    `${N}=${one}; ${N}.2=${two}; ${N}.2=${three}; ${N}.3=${three}`,
    `${N}.2=${two}; ${N}.3=${three}`,
  ]) {
    const answer = await get(app.origins.cookie, '/test', mixed)
    expect([answer.status, answer.setCookies]).toEqual([200, []])
    expect((await get(app.origins.cookie, '/api/me', mixed)).status).toBe(401)
  }
})

test('chunks of two sessions never mix', async ({ client, app }) => {
  const other = client.copy()
  for (const visitor of [client, other]) await visitor.post('/api/put', { key: 'big', bytes: 6000 })
  const mixed = new Map([...client.cookies, [`${N}.2`, other.cookies.get(`${N}.2`) ?? '']])
  const header = Array.from(mixed, ([name, value]) => `${name}=${value}`).join('; ')
  const session = (await get(app.origins.cookie, '/api/session', header)).json()
  expect([session['present'], session['data']]).toEqual([false, {}])
})

test('B37 cookies of others are left alone when a session ends', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  for (const name of [`${N}2`, `${N}-3`, `${N}.10`, 'other']) client.cookies.set(name, 'theirs')
  const answer = await client.post('/api/logout')
  expect([answer.status, answer.setCookies.map(({ name }) => name)]).toEqual([204, [N]])
})

test('a visitor with a refused cookie can start anew', async ({ app, client }) => {
  client.cookies.set(N, 'garbage')
  expect((await client.get('/start')).setCookies.map(({ name }) => name)).toEqual([N])
  expect(await client.session()).toMatchObject({ present: true, data: { name: app.fan } })
})

test('a cookie edited in the browser makes its owner anonymous, nothing else', async ({ page, view, context, app }) => {
  const bad: string[] = []
  page.on('response', (response) => response.status() >= 400 && bad.push(response.url()))
  await page.goto('/')
  await view.button('Start').click()
  await expect(view.fact('name')).toHaveText(app.fan)
  const [cookie] = await context.cookies()
  if (!cookie) throw new Error('Start sets a cookie.')
  const edited = `${cookie.value.slice(0, 50)}${Array.from(cookie.value.slice(50)).reverse().join('')}`
  await context.addCookies([{ ...cookie, value: edited }])

  for (const path of ['/test', '/modified', '/check']) {
    await page.goto(path)
    await expect(view.strong).toHaveText('Anonymous')
  }
  expect((await context.cookies())[0]?.value).toBe(edited)
  await page.goto('/')
  await view.button('Modify').click()
  await expect(view.fact('name')).toHaveText('Lua Fan')
  expect(bad).toEqual([])
})
