import { connect } from 'node:net'

export interface RawRequest {
  readonly method?: string
  readonly path: string
  /** Sent octet by octet (latin1), whatever they hold. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

export interface RawResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const HANG_LIMIT_MS = 20_000

/** One request over a socket of its own: no client in between that checks, adds or repairs anything. */
export function send(origin: string, request: RawRequest): Promise<RawResponse> {
  const { hostname, port, host } = new URL(origin)
  const body = Buffer.from(request.body ?? '')
  const lines = [
    `${request.method ?? 'GET'} ${request.path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...(body.length > 0 ? [`Content-Length: ${body.length}`] : []),
    ...(request.headers ?? []).map(([name, value]) => `${name}: ${value}`),
  ]
  return new Promise((resolve, reject) => {
    const received: Buffer[] = []
    const socket = connect(Number(port), hostname)
    socket.setTimeout(HANG_LIMIT_MS, () => socket.destroy(new Error(`No answer to ${lines[0]}`)))
    socket.on('data', (part: Buffer) => received.push(part))
    // A server that refuses the header resets the connection after its answer.
    socket.on('error', (error) => received.length === 0 && reject(error))
    socket.on('close', () => resolve(parse(Buffer.concat(received))))
    socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]))
  })
}

function parse(octets: Buffer): RawResponse {
  const end = octets.indexOf('\r\n\r\n')
  const [statusLine = '', ...fields] = octets.toString('latin1', 0, end).split('\r\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const
  })
  const rest = octets.subarray(end + 4)
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value === 'chunked')
  const body = isChunked ? joinChunks(rest) : rest
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.toString('utf8') }
}

function joinChunks(octets: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  while (at < octets.length) {
    const lineEnd = octets.indexOf('\r\n', at)
    const size = Number.parseInt(octets.toString('latin1', at, lineEnd), 16)
    if (!(size > 0)) break
    parts.push(octets.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return Buffer.concat(parts)
}
