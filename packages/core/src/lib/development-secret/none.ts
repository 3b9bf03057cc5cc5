export function developmentSecret(): string | undefined {
  return undefined
}
