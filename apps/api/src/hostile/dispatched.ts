import { WAIT } from '@prebook/testing/bounds'
import { listUndispatched } from '@prebook/db'
import { expect, vi } from 'vitest'
import type { HostileApi } from './hostile-api.ts'

/** Waits until the deliveries of all closed waitlists are written, so that the dispatcher changes nothing during the next request. */
export async function dispatched({ store }: Pick<HostileApi, 'store'>): Promise<void> {
  const due = () => store.read((reader) => listUndispatched(reader, { now: Date.now(), limit: 1 }))
  await vi.waitFor(async () => expect(await due()).toEqual([]), WAIT)
}
