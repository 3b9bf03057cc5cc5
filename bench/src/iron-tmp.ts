import { iron } from '@sojourn/iron'
import { contender } from './lib/contenders.ts'
import { measure } from './lib/measure.ts'
import { median, ratio } from './lib/median.ts'
import { ironSession } from './lib/peers/iron-session.ts'
import { sojournWith } from './lib/peers/sojourn.ts'
import { secret } from './lib/secret.ts'
const of = (name: string, persistence: any) => sojournWith(name, { secret: undefined, name: '__Host-session', persistence })
const f = iron({ password: secret })
const all = [of('iron', f), of('nofp', { ...f, create: (c: any) => ({ ...f.create(c), fingerprint: () => () => 'x' }) }), ironSession()]
for (const bytes of [200, 1024]) {
  const cs: any[] = []; for (const p of all) cs.push(await contender(p, bytes))
  for (const inFlight of [1, 32]) for (const verb of ['load', 'save'] as const) {
    const samples = await measure(cs.map((one) => one[verb]), { rounds: 31, slice: 40, ...(inFlight > 1 && { inFlight }) })
    const b = samples.get(all[2]!.name)!
    console.log(bytes, verb, inFlight, ['iron','nofp'].map((n) => { const a = samples.get(n)!; return `${n} wall ${ratio(a.wall, b.wall).toFixed(2)} cpu ${ratio(a.cpu, b.cpu).toFixed(2)}` }).join(' | '), median(b.wall).toFixed(0))
  }
}
process.exit()
