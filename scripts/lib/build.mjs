import { run } from './processes.mjs'
import { root } from './workspace.mjs'

/**
 * Runs a task of turbo.json in every package that has it, in the order of their dependencies. What has not changed
 * since the last time is taken from the cache. Gives the exit code.
 * @param {string} task @param {string[]} [options]
 */
export const turbo = (task, options = []) =>
  run('turbo', ['run', task, '--output-logs=new-only', '--log-order=grouped', ...options], { cwd: root })
