import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.mjs'

/** What each example sends to browsers. */
const BUNDLES = [
  'examples/next/.next/static',
  'examples/sveltekit/build/client',
  'examples/remix/build/client',
  'examples/react-router/build/client',
]

/** Texts that only code has which can open, seal or judge a session. */
const ENGINE = ['sojourn/1', '__Host-session', 'SESSION_SECRET', 'aes-256-gcm']

/**
 * A session is accepted after verification on the server only (ASVS 7.2.1), so no browser is sent the code for it.
 * @returns {string[]} what is wrong
 */
export function browsersGetNoEngine() {
  return BUNDLES.flatMap((bundle) => {
    const folder = join(root, bundle)
    if (!existsSync(folder)) return [`${bundle} is not there: build the examples first.`]
    const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?js$/.test(file))
    if (scripts.length === 0) return [`${bundle} holds no scripts.`]
    return scripts.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8')
      return ENGINE.filter((mark) => text.includes(mark)).map((mark) => `${bundle}/${file} contains ${mark}`)
    })
  })
}
