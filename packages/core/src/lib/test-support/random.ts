/** Numbers drawn at random, the same ones for the same seed: a property that fails once fails every time. */
export interface Random {
  /** A whole number from 0 to `below` − 1. */
  int(below: number): number
  pick<const T>(choices: readonly T[]): T
  /** Lower-case text. */
  text(length: number): string
}

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed
  const int = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
  return {
    int,
    pick: <const T>(choices: readonly T[]) => choices[int(choices.length)] as T,
    text: (length) => Array.from({ length }, () => String.fromCharCode(97 + int(26))).join(''),
  }
}
