import { expect, vi } from 'vitest'
import { WAIT } from '@prebook/testing/bounds'
import type { ReceivedEvent, Store } from '../store.ts'

/** Sends events from one store until another receives one: before its listener is connected, they are lost. */
export async function untilEventsArrive(sender: Store, received: readonly ReceivedEvent[]): Promise<void> {
  const restock = { kind: 'stock', bookId: 1, movementId: 1, closedWaitlistId: null } as const
  await vi.waitFor(async () => {
    await sender.write(
      async () => null,
      () => restock,
    )
    expect(received).toContainEqual(restock)
  }, WAIT)
}
