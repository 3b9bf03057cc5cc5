/**
 * The session formats of lua-resty-session 3.x and 4.x: as persistences of `createSessions`, and below them the formats
 * as bytes and texts, where a decoder answers whatever it is given with a value and only a wrong configuration throws.
 * @module
 */
export { randomBytes } from './lib/shared/crypto.ts'
export type { Decoded } from './lib/shared/decoded.ts'
export { isV3Chunk, joinV3, splitV3, v3ChunkName } from './lib/v3/chunks.ts'
export { readV3Cookie, type V3Cookie } from './lib/v3/cookie.ts'
export { type V3FormatOptions, v3Format } from './lib/v3/format.ts'
export type { V3Claims } from './lib/v3/keys.ts'
export { openV3, sealV3, type V3Content, type V3Opened, type V3Sealed } from './lib/v3/session.ts'
export type { V3Aes, V3Check, V3Hmac, V3Settings } from './lib/v3/settings.ts'
export { type V3Storage, v3LockName, v3RecordName, v3StoredData, v3StoredValue } from './lib/v3/storage-names.ts'
export { refusalOfV3Times, v3Refresh } from './lib/v3/times.ts'
export type { V3Weakness } from './lib/v3/weaknesses.ts'
export { restyV3FromEnv } from './lib/v3-persistence/from-env.ts'
export type { RestyV3Options } from './lib/v3-persistence/options.ts'
export { restyV3 } from './lib/v3-persistence/resty-v3.ts'
export { isV4Chunk, joinV4, splitV4, v4ChunkName } from './lib/v4/chunks.ts'
export { readV4Payload, type V4Entry, v4Entry, v4Payload } from './lib/v4/entries.ts'
export { V4_FLAGS } from './lib/v4/flags.ts'
export { type V4Bind, type V4Format, type V4FormatOptions, v4Format } from './lib/v4/format.ts'
export { V4_ID_LENGTH, type V4Header } from './lib/v4/header.ts'
export {
  V4_HEADER_NAMES,
  type V4HeaderFacts,
  type V4HeaderProperty,
  v4HeaderProperties,
  v4Headers,
} from './lib/v4/headers.ts'
export { readV4IndexList, type V4IndexList, writeV4IndexList } from './lib/v4/index-list.ts'
export { joinV4Data, partV4Data, type V4Parts } from './lib/v4/info-keys.ts'
export type { V4RememberSafety } from './lib/v4/keys.ts'
export { openV4, openV4Remember, touchV4, type V4Cookie, verifyV4 } from './lib/v4/open.ts'
export { readV4Info, readV4Record, type V4Record, writeV4Record } from './lib/v4/record.ts'
export { sealV4, sealV4Remember, type V4Content, type V4Sealed } from './lib/v4/seal.ts'
export type { V4Secret } from './lib/v4/secrets.ts'
export {
  type V4NameOptions,
  type V4NameStyle,
  v4IndexName,
  v4RawIndexName,
  v4RecordName,
  v4StorageKey,
} from './lib/v4/storage-names.ts'
export {
  refusalOfV4Times,
  type V4Offsets,
  type V4Remaining,
  type V4Timeouts,
  v4RecordTtl,
  v4Refresh,
  v4Remaining,
} from './lib/v4/times.ts'
export { restyV4FromEnv } from './lib/v4-persistence/from-env.ts'
export type { RestyV4Options } from './lib/v4-persistence/options.ts'
export type { RestyV4Api, RestyV4Entry, RestyV4Headers } from './lib/v4-persistence/own-api.ts'
export { type RestyV4, restyV4 } from './lib/v4-persistence/resty-v4.ts'
