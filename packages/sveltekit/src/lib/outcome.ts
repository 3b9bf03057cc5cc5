import type { RequestEvent } from '@sveltejs/kit'

/** The part of SvelteKit's answers to remote calls and data requests that tells what failed. */
interface KitAnswer {
  readonly error?: { readonly status?: unknown }
  readonly nodes?: readonly (KitAnswer | null)[]
}

/**
 * The status that tells how a request ended. SvelteKit answers failed remote calls, and data requests of which a load
 * function failed, with 200, and writes the status into the body.
 */
export async function outcomeOf(event: RequestEvent, response: Response): Promise<number> {
  if (!(event.isRemoteRequest || event.isDataRequest) || response.status !== 200) return response.status
  const type = response.headers.get('content-type') ?? ''
  if (!/^(application\/json|text\/sveltekit-data)\b/.test(type)) return response.status
  const line = await firstLine(response.clone())
  const answer = line.includes('"type":"error"') ? parse(line) : null
  const failures = [answer, ...(answer?.nodes ?? [])].map((part) => Number(part?.error?.status ?? 0))
  return Math.max(response.status, ...failures)
}

/** What comes after the first line are results of promises that may take their time. */
async function firstLine(response: Response): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('\n')) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
  // Settles when the response itself has been sent, so it must not be awaited.
  reader.cancel().catch(() => {})
  return text.slice(0, text.indexOf('\n'))
}

function parse(line: string): KitAnswer | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
