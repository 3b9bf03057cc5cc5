import { fileURLToPath } from 'node:url'

/** The root of the repository, without a slash at the end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Where the workspace's own tools are, its Node among them. */
export const tools = `${root}/node_modules/.bin`
