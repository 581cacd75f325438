import type { Demand, DemandTop, DemandTopInput } from '@prebook/core'
import { listOpenWaitlists } from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { countDemand } from './count-demand.ts'

/** Open waitlists that are fetched at a time. */
const BATCH = 200

/** The books that most readers wait for, most wanted first; of two alike, the one waited for longer. */
export async function topDemand({ services }: SignedInContext, input: DemandTopInput): Promise<DemandTop> {
  let top: Demand[] = []
  let totalWaiting = 0
  for (let afterId = 0; ;) {
    const waitlists = await services.store.read((reader) =>
      listOpenWaitlists(reader, { afterId, limit: BATCH }),
    )
    for (const waitlist of waitlists) {
      const demand = await countDemand(services, waitlist, input.days)
      totalWaiting += demand.waiting
      if (demand.waiting > 0) top.push(demand)
    }
    top = top.toSorted((a, b) => b.waiting - a.waiting || a.waitlistId - b.waitlistId).slice(0, input.limit)
    const last = waitlists.at(-1)
    if (waitlists.length < BATCH || last === undefined) return { items: top, totalWaiting }
    afterId = last.id
  }
}
