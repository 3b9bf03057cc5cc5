import { capture } from '../processes.mjs'

/**
 * A tool that looks at a packed tarball and gives what it does not like.
 * @typedef {(tarball: string) => Promise<string[]>} TarballRule
 */

/** @param {string} command @param {string[]} args */
async function complaints(command, args) {
  const { code, output } = await capture(command, args, { env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } })
  return code === 0 ? [] : [output.trim()]
}

/** Files, fields and exports fit together. @type {TarballRule} */
export const publintAgrees = (tarball) => complaints('publint', ['run', tarball, '--strict'])

/** Types are found, and are those of the code, wherever ES modules are. @type {TarballRule} */
export const typesAreRight = (tarball) => complaints('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii'])
