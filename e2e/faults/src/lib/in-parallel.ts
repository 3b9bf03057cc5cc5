/** Does something a number of times, so many at once. */
export async function inParallel(count: number, parallel: number, act: (nth: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}
