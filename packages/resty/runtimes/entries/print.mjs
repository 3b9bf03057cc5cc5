import { runAll } from '../suite.mjs'

// Bun and Deno could give out Node's modules. The WebCrypto build must not ask for any.
const process = Reflect.get(globalThis, 'process')
if (process) {
  process.getBuiltinModule = (/** @type {string} */ name) => {
    throw new Error(`The module ${name} was asked for`)
  }
}

console.log(JSON.stringify(await runAll()))
