/** The cookies of one browser on one host. */
export class Cookies {
  readonly #values = new Map<string, string>()

  get header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** A response arrives: its Set-Cookie lines take effect. */
  receive(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ')
      const name = pair.slice(0, pair.indexOf('='))
      if (attributes.includes('Max-Age=0')) this.#values.delete(name)
      else this.#values.set(name, pair.slice(pair.indexOf('=') + 1))
    }
  }
}
