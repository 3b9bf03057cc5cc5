/** What a store can do. All tests of what it cannot do are skipped, with the reason. */
export interface StoreCapabilities {
  /** Compare-and-set holds. Must equal the store's own `atomic`. Default `true`. */
  readonly atomic: boolean
  /** The store has a `lock`. Default `true`. */
  readonly lock: boolean
  /** The store has an `index`. Default `true`. */
  readonly index: boolean
  /** `false` where a revision is a digest: writing the same bytes again gives the same revision. Default `true`. */
  readonly countsWrites: boolean
  /** An empty value is a value. Default `true`. */
  readonly emptyValues: boolean
  /** The largest value the store has to take, in bytes. Default 1,048,576. */
  readonly largestValue: number
  /** How many seconds too early or too late things may expire. Default 1, with a fake clock 0. */
  readonly expirySlack: number
}

/** What a store can do, and how it can be tested. */
export interface Testability extends StoreCapabilities {
  /** Why no other process can join in; `undefined` where one can. */
  readonly noOtherProcess: string | undefined
}

/** Why a test does not apply to a store; `undefined` where it does. */
export type Requirement = (testability: Testability) => string | undefined

export const compareAndSet: Requirement = ({ atomic }) => (atomic ? undefined : 'the store has no compare-and-set')
export const locking: Requirement = ({ lock }) => (lock ? undefined : 'the store has no lock')
export const indexing: Requirement = ({ index }) => (index ? undefined : 'the store has no index')
export const countedWrites: Requirement = ({ countsWrites }) =>
  countsWrites ? undefined : 'revisions of the store are digests of the bytes'
export const emptiness: Requirement = ({ emptyValues }) => (emptyValues ? undefined : 'the store has no empty values')
export const twoProcesses: Requirement = ({ noOtherProcess }) => noOtherProcess
export const all =
  (...requirements: readonly Requirement[]): Requirement =>
  (testability) =>
    requirements.map((requirement) => requirement(testability)).find((reason) => reason !== undefined)
export const valuesOf =
  (bytes: number): Requirement =>
  ({ largestValue }) =>
    bytes <= largestValue ? undefined : `the store takes at most ${largestValue} bytes`
