/** What a key holds, by the unique name of the value; `null` when it is absent. */
export type Held = string | null

/** What an operation does, and what it was answered. `unknown`: nobody was told whether it happened. */
export type Step =
  | { readonly verb: 'read'; readonly outcome: { readonly held: Held } | 'unknown' }
  | { readonly verb: 'write-any'; readonly value: string; readonly outcome: 'ok' | 'unknown' }
  | { readonly verb: 'write-absent'; readonly value: string; readonly outcome: 'ok' | 'exists' | 'unknown' }
  | {
      readonly verb: 'write-revision'
      readonly value: string
      /** The value whose revision the write named. */
      readonly expected: string
      readonly outcome: 'ok' | 'changed' | 'gone' | 'unknown'
    }
  | { readonly verb: 'delete'; readonly outcome: 'ok' | 'unknown' }

/** One step on one key, with the time between which it took effect: nanoseconds on a clock that all processes share. */
export interface Operation {
  readonly key: string
  readonly step: Step
  readonly invoked: number
  readonly returned: number
}
