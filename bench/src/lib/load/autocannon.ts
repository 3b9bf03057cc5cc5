import autocannon from 'autocannon'
import { type Answered, CONNECTIONS, type Load } from './load.ts'

export async function autocannonLoad({ url, cookies, seconds }: Load): Promise<Answered> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: cookies.map((cookie) => ({ method: 'GET', headers: { cookie } })),
  })
  return {
    requests: result.requests.total,
    perSecond: result.requests.average,
    failed: result.non2xx + result.errors + result.timeouts,
  }
}
