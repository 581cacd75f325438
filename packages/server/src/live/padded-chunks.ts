const SIZES = [8, 64, 512] as const

/**
 * Cuts ids into chunks of a few sizes, filled up by repeating the last id: a query over a chunk is then one of a few
 * statements, which stay prepared, whatever the number of ids.
 */
export function* inPaddedChunks(ids: readonly number[]): Generator<number[]> {
  const most = SIZES[SIZES.length - 1] as number
  for (let start = 0; start < ids.length; start += most) {
    const chunk = ids.slice(start, start + most)
    const size = SIZES.find((each) => each >= chunk.length) ?? most
    const last = chunk.at(-1) as number
    yield [...chunk, ...Array.from({ length: size - chunk.length }, () => last)]
  }
}
