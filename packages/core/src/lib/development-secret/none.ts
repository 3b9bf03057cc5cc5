/** Where there is no disk to keep a secret on, there is no development secret: one must be configured. */
export function developmentSecret(): string | undefined {
  return undefined
}
