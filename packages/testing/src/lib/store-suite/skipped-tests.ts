import type { Testability } from './capabilities.ts'
import type { StoreTest, StoreTestGroup } from './stage.ts'

/** `locks: each key by itself` */
export const titleOf = (group: StoreTestGroup, rule: StoreTest): string => `${group.title}: ${rule.title}`

/**
 * Full titles and reasons: what the store cannot do or cannot be tested for, and what the caller leaves out.
 * @throws Error when the caller leaves out a test that there is not: it would run unnoticed.
 */
export function skippedTests(
  groups: readonly StoreTestGroup[],
  testability: Testability,
  leftOut: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const skipped = new Map(Object.entries(leftOut))
  const titles = new Set<string>()
  for (const group of groups)
    for (const rule of group.tests) {
      const title = titleOf(group, rule)
      titles.add(title)
      const reason = group.needs?.(testability) ?? rule.needs?.(testability)
      if (reason !== undefined) skipped.set(title, reason)
    }
  for (const title of skipped.keys())
    if (!titles.has(title))
      throw new Error(`There is no test "${title}" to skip. There are:\n${[...titles].join('\n')}`)
  return skipped
}
