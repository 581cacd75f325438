const MOST = 512
const SIZES = [8, 64, MOST]

/**
 * Splits ids into chunks of fixed sizes, padded by repeating the last id. Queries over a chunk then use one of a few
 * prepared statements, whatever the number of ids.
 */
export function* bucketedChunks(ids: readonly number[]): Generator<number[]> {
  for (let start = 0; start < ids.length; start += MOST) {
    const chunk = ids.slice(start, start + MOST)
    const size = SIZES.find((each) => each >= chunk.length) ?? MOST
    const last = chunk.at(-1) as number
    yield [...chunk, ...Array.from({ length: size - chunk.length }, () => last)]
  }
}
