export function developmentSecret(): string | undefined {
  return 'base64:1F3tNRbSLM4uDb0qpd1Cy0c4xPHZSaTxZbzWfKrR0lE='
}
