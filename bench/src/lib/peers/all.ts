import type { Peer, PeerFactory } from '../peer.ts'
import { authJs } from './auth-js.ts'
import { floor } from './floor.ts'
import { h3, h3OneIteration } from './h3.ts'
import { honoSession } from './hono-session.ts'
import { ironSession } from './iron-session.ts'
import { joseGcm } from './jose-gcm.ts'
import { remix } from './remix.ts'
import { fastifySecureSession } from './secure-session.ts'
import { sojourn, sojournWebCrypto } from './sojourn.ts'
import { svelteKitCookieSession } from './svelte-kit-cookie-session.ts'

export type PeerKey =
  | 'floor'
  | 'sojourn'
  | 'sojournWebCrypto'
  | 'secureSession'
  | 'remix'
  | 'joseGcm'
  | 'honoSession'
  | 'svelteKitCookieSession'
  | 'ironSession'
  | 'authJs'
  | 'h3OneIteration'
  | 'h3'

export type Peers = Partial<Record<PeerKey, Peer>>

/** In the order in which the tables list them. */
const factories: Record<PeerKey, PeerFactory> = {
  floor,
  sojourn,
  sojournWebCrypto,
  secureSession: fastifySecureSession,
  remix,
  joseGcm,
  honoSession,
  svelteKitCookieSession,
  ironSession,
  authJs,
  h3OneIteration,
  h3,
}

const isKey = (key: string): key is PeerKey => key in factories

/** What `Object.entries` gives, with its keys known. */
export const peersOf = (peers: Peers): [PeerKey, Peer][] =>
  Object.entries(peers).flatMap(([key, peer]) => (isKey(key) ? [[key, peer]] : []))

/** Every peer that works on this machine; `whyNot` is told of those that do not, such as a native addon. */
export async function allPeers(whyNot: (name: string, error: unknown) => void): Promise<Peers> {
  const peers: Peers = {}
  for (const key of Object.keys(factories).filter(isKey)) {
    try {
      peers[key] = await factories[key]()
    } catch (error) {
      whyNot(key, error)
    }
  }
  return peers
}
