const EVERY_MS = 20

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Asks again and again until the answer is yes. A question that throws counts as no.
 * @param {() => boolean | Promise<boolean>} isSo
 * @param {number} within milliseconds
 * @param {() => string} complaint what to say when it never became so
 */
export async function until(isSo, within, complaint) {
  const deadline = performance.now() + within
  for (;;) {
    try {
      if (await isSo()) return
    } catch {
      // Not yet.
    }
    if (performance.now() > deadline) throw new Error(complaint())
    await pause(EVERY_MS)
  }
}
