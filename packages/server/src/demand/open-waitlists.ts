import { createYielder, listOpenWaitlists, type OpenWaitlist, type Store } from '@prebook/db'

/** Open waitlists per read. */
const BATCH = 200

/** Reads all open waitlists with their books, in batches in the order of their ids, and yields to other requests in between. */
export async function* openWaitlists(store: Pick<Store, 'read'>): AsyncGenerator<OpenWaitlist[]> {
  const yieldIfDue = createYielder()
  for (let afterId = 0; ; await yieldIfDue()) {
    const waitlists = await store.read((reader) => listOpenWaitlists(reader, { afterId, limit: BATCH }))
    yield waitlists
    const last = waitlists.at(-1)
    if (waitlists.length < BATCH || last === undefined) return
    afterId = last.id
  }
}
