import { registerHooks } from 'node:module'

const MARK = '?web'

/** Imports a package as an edge runtime would (export condition `workerd`), as a second copy beside the Node build. */
export async function webBuild<T>(entry: string): Promise<T> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (!context.parentURL?.endsWith(MARK)) return next(specifier, context)
      const conditions = ['workerd', ...context.conditions.filter((condition) => condition !== 'node')]
      const resolved = next(specifier, { ...context, conditions })
      return { ...resolved, url: resolved.url + MARK }
    },
  })
  try {
    return await import(import.meta.resolve(entry) + MARK)
  } finally {
    hooks.deregister()
  }
}
