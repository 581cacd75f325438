import { randomUUID } from 'node:crypto'
import { claimDeliveries, concludeDelivery, renewLeases, type DeliveryOutcome, type Store } from '@prebook/db'

/** A delivery that this process may send, as long as its lease runs. */
export type ClaimedDelivery = { id: number; attempts: number; token: string }

/** How an attempt on a held delivery ended. */
export type CompletedDelivery = { held: ClaimedDelivery; outcome: DeliveryOutcome }

/** Where deliveries are taken and handed back. */
export type DeliveryQueue = {
  /**
   * Hands one back, takes the next, or both. Resolves when it is committed: all that came while a commit was under way
   * share the next one.
   *
   * @returns the next, null when none was asked for or is due
   */
  exchange: (settled: CompletedDelivery | null, wantsNext: boolean) => Promise<ClaimedDelivery | null>
  /** Gives one up that cannot be handed back: its lease runs out, and another attempt begins. */
  letGo: (held: ClaimedDelivery) => void
  /** Keeps whatever is held from running out. */
  renew: () => Promise<void>
}

type Request = {
  settled: CompletedDelivery | null
  wantsNext: boolean
  resolve: (next: ClaimedDelivery | null) => void
  reject: (error: unknown) => void
}

/**
 * Makes the desk of a process.
 *
 * @param options.concluded told of each outcome that was written down, after the commit
 * @param options.lost told of each outcome that no longer counted: another worker had taken the delivery over
 */
export function createDeliveryQueue(options: {
  store: Store
  now: () => number
  leaseMs: number
  concluded: (settled: CompletedDelivery) => void
  lost: (held: ClaimedDelivery) => void
}): DeliveryQueue {
  const { store, now, leaseMs } = options
  const holding = new Map<string, ClaimedDelivery>()
  const keyOf = ({ id, token }: ClaimedDelivery) => `${id} ${token}`
  let waiting: Request[] = []
  let busy = false

  async function work(): Promise<void> {
    if (busy) return
    busy = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await commit(batch)
      } catch (error) {
        for (const request of batch) request.reject(error)
      }
    }
    busy = false
  }

  async function commit(batch: Request[]): Promise<void> {
    const settled = batch.flatMap((request) => request.settled ?? [])
    const limit = batch.filter((request) => request.wantsNext).length
    const token = randomUUID()
    const { counted, claimed } = await store.write(async (tx) => {
      const counts: boolean[] = []
      for (const { held, outcome } of settled) counts.push(await concludeDelivery(tx, held, outcome))
      const taken = limit === 0 ? [] : await claimDeliveries(tx, { limit, token, now: now(), leaseMs })
      return { counted: counts, claimed: taken }
    })
    for (const [index, one] of settled.entries()) {
      holding.delete(keyOf(one.held))
      if (counted[index] === true) options.concluded(one)
      else options.lost(one.held)
    }
    const next = claimed.map((row) => ({ ...row, token }))
    for (const held of next) holding.set(keyOf(held), held)
    for (const request of batch) request.resolve(request.wantsNext ? (next.shift() ?? null) : null)
  }

  return {
    exchange: (settled, wantsNext) =>
      new Promise((resolve, reject) => {
        waiting.push({ settled, wantsNext, resolve, reject })
        void work()
      }),
    letGo: (held) => void holding.delete(keyOf(held)),
    async renew() {
      const all = [...holding.values()]
      if (all.length === 0) return
      const lease = {
        tokens: [...new Set(all.map(({ token }) => token))],
        ids: all.map(({ id }) => id),
        expiresAt: now() + leaseMs,
      }
      await store.write((tx) => renewLeases(tx, lease))
    },
  }
}
