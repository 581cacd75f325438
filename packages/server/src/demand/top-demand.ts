import type { Demand, DemandTop, DemandTopInput } from '@prebook/core'
import { createYielder } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { isoTime } from '../iso-time.ts'
import { countDemand } from './count-demand.ts'
import { openWaitlists } from './open-waitlists.ts'
import { periodOf } from './period.ts'

const orders = {
  waiting: (a, b) => b.waiting - a.waiting,
  // Sorted by id: later waitlists have higher ids, while the clock may go backwards.
  since: () => 0,
  joinedLately: (a, b) => b.joinedLately - a.joinedLately,
} satisfies Record<DemandTopInput['order'], (a: Demand, b: Demand) => number>

/**
 * Lists the books in demand in the given order. Ties are broken by the oldest waitlist.
 *
 * @throws PrebookError `VALIDATION_ERROR` for a day that is not within the last year
 */
export async function topDemand({ services }: ActorContext, input: DemandTopInput): Promise<DemandTop> {
  let top: Demand[] = []
  const { order, limit } = input
  const period = periodOf(services, input)
  let totalWaiting = 0
  const totalJoinedByDay = Array.from({ length: period.days }, () => 0)
  const yieldIfDue = createYielder()
  for await (const waitlists of openWaitlists(services.store)) {
    for (const waitlist of waitlists) {
      const demand = await countDemand(services, waitlist, period)
      totalWaiting += demand.waiting
      for (const [day, joined] of demand.joinedByDay.entries())
        totalJoinedByDay[day] = (totalJoinedByDay[day] ?? 0) + joined
      if (demand.waiting > 0) top.push(demand)
      // A short waitlist is counted without yielding, and there may be ten thousand of them.
      await yieldIfDue()
    }
    top = top.toSorted((a, b) => orders[order](a, b) || a.waitlistId - b.waitlistId).slice(0, limit)
  }
  return { items: top, totalWaiting, totalJoinedByDay, joinedSince: isoTime(period.from) }
}
