import { type Contender, contender } from './lib/contenders.ts'
import { type Effort, measure } from './lib/measure.ts'
import { Measured } from './lib/measured.ts'
import { median, ratio } from './lib/median.ts'
import { allPeers, type Peers, peersOf } from './lib/peers/all.ts'
import { profile } from './lib/profile.ts'
import { refusals } from './lib/refusals.ts'
import { figure, heading, say, table, times } from './lib/report.ts'
import { atLeast, atMost, isMet, reportTargets, type Target } from './lib/target.ts'

const EFFORT: Effort = { rounds: 21, slice: 25 }
const IN_FLIGHT = 32
const EFFORT_IN_FLIGHT: Effort = { rounds: 15, slice: 60, inFlight: IN_FLIGHT }

interface Operations {
  readonly contenders: readonly Contender[]
  readonly load: Measured
  readonly save: Measured
}

async function operations(contenders: readonly Contender[], peers: Peers, effort: Effort): Promise<Operations> {
  const loads = contenders.map(({ load }) => load)
  const saves = contenders.map(({ save }) => save)
  return {
    contenders,
    load: new Measured(await measure(loads, effort), peers),
    save: new Measured(await measure(saves, effort), peers),
  }
}

async function oneByOne(peers: Peers, title: string, bytes: number): Promise<Operations> {
  heading(`${title} of JSON`)
  const contenders: Contender[] = []
  for (const [, peer] of peersOf(peers)) contenders.push(await contender(peer, bytes))
  const measured = await operations(contenders, peers, EFFORT)
  const { load, save } = measured
  table(
    ['', 'load', 'load+save', 'CPU load', 'CPU load+save', 'here: µs', 'µs'],
    peersOf(peers).map(([key, { name }]) => [
      name,
      times(load.wall(key)),
      times(save.wall(key)),
      times(load.cpu(key)),
      times(save.cpu(key)),
      figure(load.micros(key)),
      figure(save.micros(key)),
    ]),
  )
  return measured
}

/** Those that keep sessions apart when requests overlap; the others are named. */
async function soundInFlight(contenders: readonly Contender[]): Promise<Contender[]> {
  const sound: Contender[] = []
  for (const one of contenders) {
    try {
      await one.proveInFlight(IN_FLIGHT)
      sound.push(one)
    } catch {
      say(`${one.peer.name} is left out: it loses sessions when requests overlap.`)
    }
  }
  return sound
}

async function inFlight(contenders: readonly Contender[], peers: Peers): Promise<Operations> {
  heading(`Throughput with ${IN_FLIGHT} in flight, 1 KB of JSON (times as many per second)`)
  const measured = await operations(await soundInFlight(contenders), peers, EFFORT_IN_FLIGHT)
  const { load, save } = measured
  table(
    ['', 'loads: of FLOOR', 'of iron', 'saves: of FLOOR', 'of iron', 'here: saves/s'],
    peersOf(peers).map(([key, { name }]) => [
      name,
      times(1 / load.wall(key)),
      times(1 / load.wall(key, 'ironSession')),
      times(1 / save.wall(key)),
      times(1 / save.wall(key, 'ironSession')),
      figure(1e6 / save.micros(key)),
    ]),
  )
  return measured
}

async function refused(): Promise<Target[]> {
  heading('Refused cookies, beside a good load of 1 KB')
  const { good, refused } = await refusals()
  const samples = await measure([good, ...refused.map(({ task }) => task)], EFFORT)
  const wall = (name: string): readonly number[] => samples.get(name)?.wall ?? []
  const cost = (name: string): number => ratio(wall(name), wall(good.name))
  table(
    ['', 'of a good load', 'here: µs'],
    [...samples.keys()].map((name) => [name, times(cost(name)), figure(median(wall(name)))]),
  )
  return refused.map(({ task: { name }, limit }) =>
    'micros' in limit
      ? atMost(limit.micros, ' µs', `refused: ${name}`, median(wall(name)))
      : atMost(limit.ofGood, 'x', `refused: ${name}, of a good load`, cost(name)),
  )
}

const ofFloor = (limit: number, what: string, measured: Measured): Target => ({
  ...atMost(limit, 'x', `${what}, of FLOOR`, measured.wall('sojourn')),
  note: `by CPU ${times(measured.cpu('sojourn'))}`,
})

/** From a Cookie header to the data, and on to a Set-Cookie line, in one process beside the peers. */
export async function api(): Promise<Target[]> {
  const peers = await allPeers((name, error) => say(`${name} does not work here and is left out: ${error}`))
  say('FLOOR = AES-256-GCM with one fixed key, JSON, base64url and a scan for the cookie, from node:crypto.')
  say(`Figures are times of FLOOR, medians of ${EFFORT.rounds} interleaved rounds. µs are of this machine, now.`)

  const small = await oneByOne(peers, '200 B', 200)
  const middle = await oneByOne(peers, '1 KB', 1024)
  await oneByOne(peers, '2.8 KB', 2800)
  const { save: saves } = await inFlight(middle.contenders, peers)

  const speed = [
    ofFloor(1.8, 'load, 1 KB', middle.load),
    ofFloor(1.7, 'load+save, 1 KB', middle.save),
    ofFloor(2.4, 'load, 200 B', small.load),
    ofFloor(2.1, 'load+save, 200 B', small.save),
    atLeast(10, 'x', 'saves/s at 32 in flight, of iron-session', 1 / saves.wall('sojourn', 'ironSession')),
    atLeast(0.8, 'x', 'saves/s at 32 in flight, of secure-session', 1 / saves.wall('sojourn', 'secureSession')),
    atMost(1 / 15, 'x', 'CPU of load+save, 1 KB, of iron-session', middle.save.cpu('sojourn', 'ironSession')),
    atMost(0.45, 'x', 'CPU, WebCrypto build, of iron-session', middle.save.cpu('sojournWebCrypto', 'ironSession')),
  ]
  const targets = [...speed, ...(await refused())]
  reportTargets(targets)

  if (!speed.every(isMet)) {
    for (const [title, { contenders }] of Object.entries({ '200 B': small, '1 KB': middle })) {
      const ours = contenders.find(({ peer }) => peer === peers.sojourn)
      if (!ours) continue
      await profile(`load, ${title}`, ours.load)
      await profile(`load+save, ${title}`, ours.save)
    }
  }
  return targets
}
