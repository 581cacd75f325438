import { expect, test } from 'vitest'
import { bucketedChunks } from './bucketed-chunks.ts'

test.each([0, 1, 8, 9, 64, 65, 512, 513, 1_500])(
  'splits %i ids into chunks of fixed sizes without losing any',
  (count) => {
    const ids = Array.from({ length: count }, (_, index) => index + 1)
    const chunks = [...bucketedChunks(ids)]
    expect(new Set(chunks.flat())).toEqual(new Set(ids))
    for (const { length } of chunks) expect([8, 64, 512]).toContain(length)
    expect(chunks).toHaveLength(Math.ceil(count / 512))
  },
)
