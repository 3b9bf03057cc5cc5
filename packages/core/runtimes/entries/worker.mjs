import { runAll } from '../suites/all.mjs'

export default { fetch: async () => Response.json(await runAll()) }
