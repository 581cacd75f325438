const MOST = 512
const SIZES = [8, 64, MOST]

/**
 * Splits ids into chunks of fixed sizes, padded by repeating the last id. Queries over a chunk then use one of a few
 * prepared statements, whatever the number of ids.
 */
export function* bucketedChunks(ids: readonly number[], most: 64 | 512 = MOST): Generator<number[]> {
  for (let start = 0; start < ids.length; start += most) {
    const chunk = ids.slice(start, start + most)
    const size = SIZES.find((each) => each >= chunk.length) ?? most
    const last = chunk.at(-1) as number
    yield [...chunk, ...Array.from({ length: size - chunk.length }, () => last)]
  }
}
