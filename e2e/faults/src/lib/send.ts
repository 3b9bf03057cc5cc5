import { Agent, request } from 'node:http'

/** What the app answers with, of all its routes. */
export interface Body {
  readonly id?: string
  readonly user?: string | null
  readonly canary?: string
  readonly count?: number
  readonly slow?: string
  /** The step stands, and a failover may undo it. */
  readonly unconfirmed?: boolean
  readonly error?: { readonly code: string }
}

export interface Answer {
  /** 0 when there was none: the connection broke. */
  readonly status: number
  readonly retryAfter: string | undefined
  readonly setCookies: readonly string[]
  readonly body: Body
  /** How long it took, in milliseconds. */
  readonly took: number
}

export interface SendOptions {
  readonly cookie?: string | undefined
  /** Closes the connection when aborted; the answer has status 0 then. */
  readonly signal?: AbortSignal
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** One request to an app process on this machine. Never throws. */
export function send(
  port: number,
  method: string,
  path: string,
  { cookie, signal }: SendOptions = {},
): Promise<Answer> {
  const began = performance.now()
  const headers = cookie ? { cookie } : {}
  return new Promise((resolve) => {
    const done = (answer: Omit<Answer, 'took'>): void => resolve({ ...answer, took: performance.now() - began })
    const broken = (): void => done({ status: 0, retryAfter: undefined, setCookies: [], body: {} })
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent, signal }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', broken)
      response.once('end', () =>
        done({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          setCookies: response.headers['set-cookie'] ?? [],
          body: bodyOf(Buffer.concat(parts).toString()),
        }),
      )
    })
    outgoing.once('error', broken)
    outgoing.end()
  })
}

function bodyOf(text: string): Body {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
