export const CONNECTIONS = 16

export interface Load {
  readonly url: string
  /** Cookie headers, sent in turn. */
  readonly cookies: readonly string[]
  readonly seconds: number
}

export interface Answered {
  readonly requests: number
  readonly perSecond: number
  /** Answers that were not 2xx, and requests without an answer. */
  readonly failed: number
}
