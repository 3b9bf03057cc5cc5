import { runAll } from '../suite.mjs'

export default { fetch: async () => Response.json(await runAll()) }
