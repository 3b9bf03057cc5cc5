import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  coreLoadsEverywhere,
  everyConditionLeadsSomewhere,
  everyFileIsSmall,
  everyImportIsDeclared,
  everyPublicFileIsAnExport,
  linesOfCode,
  relativeImportsStayInside,
} from './source-rules.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/**
 * @param {string} shortName @param {Record<string, string>} files
 * @param {object} [manifest]
 */
function packageOf(shortName, files, manifest = {}) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const name = `@sojourn/${shortName}`
  return { folder, shortName, manifest: { name, version: '0.1.0', exports: { '.': {} }, ...manifest } }
}

test('comments and empty lines are not lines of code', () => {
  expect(linesOfCode("/** One.\n * Two. */\n// three\n\nconst four = 'x'\n  // five\nconst six = 1 // why\n")).toBe(2)
})

test('a binding may be 150 lines long, other sources 250, and tests as long as they must', () => {
  const lines = 'call()\n'.repeat(151)
  const files = { 'src/index.ts': lines, 'src/lib/a.test.ts': lines.repeat(2) }
  expect(everyFileIsSmall(packageOf('core', files))).toEqual([])
  expect(everyFileIsSmall(packageOf('next', files))).toEqual(['src/index.ts has 151 lines of code; 150 is the most'])
})

test('a public file that is not exported is found, and an export without a file', () => {
  const files = { 'src/index.ts': '', 'src/proxy.ts': '', 'src/proxy.test.ts': '', 'src/lib/private.ts': '' }
  const exports = { '.': {}, './pages': {}, './package.json': './package.json' }
  expect(everyPublicFileIsAnExport(packageOf('next', files, { exports }))).toEqual([
    'src/proxy.ts is public but not exported',
    '"./pages" is exported but has no src/pages.ts',
  ])
})

test('a relative import that leaves its package is found', () => {
  const files = { 'src/lib/a.ts': "import { b } from '../b.ts'\nexport { c } from '../../../core/src/c.ts'\n" }
  expect(relativeImportsStayInside(packageOf('next', files))).toEqual([
    'src/lib/a.ts imports ../../../core/src/c.ts, outside its own src',
  ])
})

test('a Node module in a bundle of core is found, but for the platform files', () => {
  const files = {
    'dist/index.mjs': 'export const a = process.getBuiltinModule("node:crypto")',
    'dist/crypto-node.mjs': 'export const a = process.getBuiltinModule("node:crypto")',
  }
  expect(coreLoadsEverywhere(packageOf('core', files))).toEqual([
    'dist/index.mjs names a Node module; only crypto-node.mjs, parts-node.mjs, shared/node-crypto.mjs, development-secret-node.mjs may',
  ])
})

test('an undeclared import of a bundle is found, in code and not in comments', () => {
  const files = {
    'dist/index.mjs':
      '/** import a from "in-a-comment" */\nimport { b } from "@sojourn/core/binding"\nimport "next/headers.js"\nimport c from "#crypto"\nawait import("left-pad")\nimport { d } from "./d.mjs"\n',
  }
  const manifest = {
    dependencies: { '@sojourn/core': '*' },
    peerDependencies: { next: '*' },
    imports: { '#crypto': {} },
  }
  expect(everyImportIsDeclared(packageOf('next', files, manifest))).toEqual([
    'dist/index.mjs imports left-pad, which package.json does not declare',
  ])
})

test('bundles that were never built are not taken for good ones', () => {
  expect(() => coreLoadsEverywhere(packageOf('core', {}))).toThrow('@sojourn/core is not built')
})

test('a condition that leads to a file that is not there is found', () => {
  const imports = { '#crypto': { node: './dist/node.mjs', default: './dist/web.mjs' } }
  expect(everyConditionLeadsSomewhere(packageOf('core', { 'dist/node.mjs': '' }, { imports }))).toEqual([
    '#crypto leads to ./dist/web.mjs for "default", which is not built',
  ])
})
