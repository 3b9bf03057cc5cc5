import { type BundleSize, bundleSize, composition } from './lib/bundle.ts'
import { coldImports } from './lib/cold-import.ts'
import { type CookieSize, cookieSize, largestInOneCookie } from './lib/cookie-size.ts'
import { publicEntries } from './lib/packages.ts'
import { allPeers, peersOf } from './lib/peers/all.ts'
import { figure, heading, say, table } from './lib/report.ts'
import { atLeast, atMost, isMet, reportTargets, type Target } from './lib/target.ts'

const SIZES = [200, 1024, 2800]
const COLD_ROUNDS = 15

async function cookies(): Promise<Target[]> {
  heading('Characters of the session cookies (xN: that many cookies), and the most JSON that one cookie holds')
  const peers = await allPeers((name, error) => say(`${name} does not work here and is left out: ${error}`))
  const measured = new Map<string, (CookieSize | undefined)[]>()
  const largest = new Map<string, number>()
  for (const [key, peer] of peersOf(peers)) {
    measured.set(key, await Promise.all(SIZES.map((bytes) => cookieSize(peer, bytes))))
    largest.set(key, await largestInOneCookie(peer))
  }
  const shown = (size: CookieSize | undefined): string => {
    if (!size) return 'refused'
    return `${figure(size.characters)}${size.cookies > 1 ? ` x${size.cookies}` : ''}`
  }
  const inKilobyte = (key: string): number => (measured.get(key)?.[1]?.characters ?? Number.NaN) / 1024
  table(
    ['', '200 B', '1 KB', 'of its JSON', '2.8 KB', 'largest'],
    peersOf(peers).map(([key, { name }]) => [
      name,
      ...(measured.get(key) ?? []).slice(0, 2).map(shown),
      `${inKilobyte(key).toFixed(2)}x`,
      shown(measured.get(key)?.[2]),
      `${figure(largest.get(key) ?? Number.NaN)} B`,
    ]),
  )
  const ofIron = (index: number): number =>
    (measured.get('sojourn')?.[index]?.characters ?? Number.NaN) /
    (measured.get('ironSession')?.[index]?.characters ?? Number.NaN)
  return [
    atMost(1.55, 'x', 'cookie at 1 KB, of its JSON', inKilobyte('sojourn')),
    atLeast(2800, ' B', 'JSON in one cookie', largest.get('sojourn') ?? Number.NaN),
    atMost(1, 'x', 'cookie at 1 KB, of iron-session', ofIron(1)),
    atMost(1, 'x', 'cookie at 2.8 KB, of iron-session', ofIron(2)),
  ]
}

async function bundles(): Promise<Target[]> {
  heading('Bundled for an edge runtime: KB minified and gzipped (everything the entry exports)')
  const all = (entry: string): string => `export * from '${entry}'`
  const others = {
    'iron-session 9.0.1': all('iron-session'),
    'svelte-kit-cookie-session 4.1.1': all('svelte-kit-cookie-session'),
    'h3 2.0.8 (useSession only)': "export { useSession } from 'h3'",
    'jose 6.2.17 (encrypt and decrypt a JWT)': "export { EncryptJWT, jwtDecrypt } from 'jose'",
    '@auth/core 0.41.3 (jwt)': all('@auth/core/jwt'),
    '@hono/session 0.2.1': all('@hono/session'),
  }
  const row = (name: string, { minified, gzipped }: BundleSize, own = ''): string[] => [
    name,
    minified.toFixed(1),
    gzipped.toFixed(1),
    own,
  ]
  const rows: string[][] = []
  let cookieEntry = Number.NaN
  for (const entry of await publicEntries()) {
    const size = await bundleSize(all(entry))
    const own = entry.startsWith('@sojourn/core')
      ? ''
      : (await bundleSize(all(entry), ['@sojourn/core', '@sojourn/core/*'])).gzipped.toFixed(1)
    if (entry === '@sojourn/core/cookie') cookieEntry = size.gzipped
    rows.push(row(entry, size, own))
  }
  for (const [name, code] of Object.entries(others)) rows.push(row(name, await bundleSize(code)))
  table(['', 'minified', 'min+gzip', 'without core'], rows)
  const target = atMost(6, ' KB', '@sojourn/core/cookie for the edge, min+gzip', cookieEntry)
  if (!isMet(target)) {
    say('\nWhat @sojourn/core/cookie is made of (KB minified):')
    const files = (await composition('cookie')).slice(0, 16)
    table(
      ['file', 'KB'],
      files.map(([file, minified]) => [file, minified.toFixed(1)]),
    )
  }
  return [target]
}

async function imports(): Promise<Target[]> {
  heading(`First import in a fresh process, ms (medians of ${COLD_ROUNDS})`)
  const ours = ['@sojourn/core/cookie', '@sojourn/core']
  const others = ['iron-session', 'jose', 'h3', 'svelte-kit-cookie-session', '@fastify/secure-session', 'node:crypto']
  const took = await coldImports([...ours, ...others], COLD_ROUNDS)
  table(
    ['', 'ms'],
    [...took].map(([entry, milliseconds]) => [entry, milliseconds.toFixed(1)]),
  )
  return ours.map((entry) => atMost(3, ' ms', `first import of ${entry}`, took.get(entry) ?? Number.NaN))
}

/** What has to travel, be shipped and be loaded: cookies, bundles, modules. */
export async function size(): Promise<Target[]> {
  const targets = [...(await cookies()), ...(await bundles()), ...(await imports())]
  reportTargets(targets)
  return targets
}
