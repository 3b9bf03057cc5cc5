const said = new Set<string>()

/** Says something on the console, once in a process. */
export function warnOnce(message: string): void {
  if (said.has(message)) return
  said.add(message)
  console.warn(`sojourn: ${message}`)
}
