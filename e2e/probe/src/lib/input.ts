/** The request is at fault: answered with 400. */
export class BadInputError extends Error {}

const LONGEST_NAME = 256

/** The JSON object of a request body, read field by field. Every reader throws {@link BadInputError}. */
export class Input {
  readonly #fields: ReadonlyMap<string, unknown>

  private constructor(fields: ReadonlyMap<string, unknown>) {
    this.#fields = fields
  }

  /** An empty body is an object without fields. */
  static async from(request: Request): Promise<Input> {
    const body = parse((await request.text()) || '{}')
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new BadInputError('The body must be a JSON object.')
    return new Input(new Map(Object.entries(body)))
  }

  text(field: string): string {
    const value = this.#fields.get(field)
    if (typeof value !== 'string' || value === '' || value.length > LONGEST_NAME)
      throw new BadInputError(`"${field}" must be a string of 1 to ${LONGEST_NAME} characters.`)
    return value
  }

  /** A key of session data. `__proto__` would not become a key but replace the prototype. */
  key(): string {
    const key = this.text('key')
    if (key === '__proto__') throw new BadInputError('"__proto__" cannot be a key.')
    return key
  }

  /** Any JSON value, `null` included. */
  json(field: string): unknown {
    if (!this.#fields.has(field)) throw new BadInputError(`"${field}" is missing.`)
    return this.#fields.get(field)
  }

  integer(field: string, most: number, otherwise?: number): number {
    const value = this.#fields.get(field) ?? otherwise
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most)
      throw new BadInputError(`"${field}" must be an integer from 0 to ${most}.`)
    return value
  }

  flag(field: string): boolean {
    const value = this.#fields.get(field) ?? false
    if (typeof value !== 'boolean') throw new BadInputError(`"${field}" must be true or false.`)
    return value
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BadInputError('The body must be JSON.', { cause })
  }
}
