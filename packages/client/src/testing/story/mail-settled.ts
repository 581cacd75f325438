import { WAIT } from '@prebook/testing/bounds'
import { expect, vi } from 'vitest'
import type { PrebookClient } from '../../index.ts'

/** Waits until no mail is on its way. */
export async function mailSettled(
  admin: PrebookClient,
  { bookId = undefined as number | undefined, count = 1 } = {},
): Promise<void> {
  await vi.waitFor(async () => {
    const { items } = await admin.deliveries.list.query({
      limit: 100,
      ...(bookId !== undefined && { bookId }),
    })
    expect(items.length).toBeGreaterThanOrEqual(count)
    expect(items.filter(({ state }) => state === 'pending' || state === 'sending')).toEqual([])
  }, WAIT)
}
