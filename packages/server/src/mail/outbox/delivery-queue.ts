import { randomUUID } from 'node:crypto'
import { DeliveryLane, type DeliveryKind } from '@prebook/core'
import {
  claimDeliveries,
  concludeDelivery,
  findUnprovenAccount,
  renewLeases,
  type DeliveryOutcome,
  type Store,
  type Tx,
} from '@prebook/db'
import { mailAccountLinkOnce } from '../../account/mail-account-link.ts'

/** A delivery that this process may send until its lease expires. */
export type ClaimedDelivery = { id: number; kind: DeliveryKind; attempts: number; token: string }

/** A claimed delivery and the outcome of its attempt. */
export type CompletedDelivery = { delivery: ClaimedDelivery; outcome: DeliveryOutcome }

/** Claims deliveries and records their outcomes. */
export type DeliveryQueue = {
  /**
   * Records an outcome, claims the next delivery, or both. Resolves when that is committed. Calls that arrive during a
   * commit share the next one.
   *
   * @param claimFrom the lane to claim from; null to claim nothing
   * @returns the claimed delivery; null when none was requested or none is due
   */
  completeAndClaim: (
    completed: CompletedDelivery | null,
    claimFrom: DeliveryLane | null,
  ) => Promise<ClaimedDelivery | null>
  /** Stops renewing a delivery whose outcome could not be recorded. When its lease expires, it is attempted again. */
  abandon: (delivery: ClaimedDelivery) => void
  /** Renews the leases of all claimed deliveries. */
  renew: () => Promise<void>
}

type Request = {
  completed: CompletedDelivery | null
  claimFrom: DeliveryLane | null
  resolve: (next: ClaimedDelivery | null) => void
  reject: (error: unknown) => void
}

/**
 * Creates the delivery queue of a process.
 *
 * @param options.onCompleted called after the commit for each outcome that was recorded
 * @param options.onLost called for each outcome that no longer counts because another worker took the delivery over
 */
export function createDeliveryQueue(options: {
  store: Store
  now: () => number
  leaseMs: number
  onCompleted: (completed: CompletedDelivery) => void
  onLost: (delivery: ClaimedDelivery) => void
}): DeliveryQueue {
  const { store, now, leaseMs } = options
  const leased = new Map<string, ClaimedDelivery>()
  const keyOf = ({ id, token }: ClaimedDelivery) => `${id} ${token}`
  /** When the oldest of the current leases was given or renewed, in milliseconds UTC. */
  let leasedAt = 0
  let waiting: Request[] = []
  let busy = false

  function lease() {
    const all = [...leased.values()]
    return {
      tokens: [...new Set(all.map(({ token }) => token))],
      ids: all.map(({ id }) => id),
      expiresAt: now() + leaseMs,
    }
  }

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
    const completed = batch.flatMap((request) => request.completed ?? [])
    const token = randomUUID()
    const { recorded, claimed } = await store.write(async (tx) => {
      const results: boolean[] = []
      for (const { delivery, outcome } of completed) {
        const concluded = await concludeDelivery(tx, delivery, outcome)
        if (concluded && outcome.state === 'skipped' && outcome.reason === 'unverified')
          await askForProof(tx, delivery.id, now())
        results.push(concluded)
      }
      // If the process was paused or the clock has jumped, the leases have ended, and this process would claim and send again
      // what it is sending.
      if (leased.size > 0 && now() - leasedAt > leaseMs / 2) await renewLeases(tx, lease())
      const next = new Map<Request, ClaimedDelivery>()
      for (const lane of DeliveryLane.options) {
        const requests = batch.filter((request) => request.claimFrom === lane)
        const limit = requests.length
        if (limit === 0) continue
        const rows = await claimDeliveries(tx, { lane, limit, token, now: now(), leaseMs })
        for (const [index, row] of rows.entries()) {
          const request = requests[index]
          if (request !== undefined) next.set(request, { ...row, token })
        }
      }
      return { recorded: results, claimed: next }
    })
    for (const [index, one] of completed.entries()) {
      leased.delete(keyOf(one.delivery))
      if (recorded[index] === true) options.onCompleted(one)
      else options.onLost(one.delivery)
    }
    if (leased.size === 0) leasedAt = now()
    for (const delivery of claimed.values()) leased.set(keyOf(delivery), delivery)
    for (const request of batch) request.resolve(claimed.get(request) ?? null)
  }

  return {
    completeAndClaim: (completed, claimFrom) =>
      new Promise((resolve, reject) => {
        waiting.push({ completed, claimFrom, resolve, reject })
        void work()
      }),
    abandon: (delivery) => void leased.delete(keyOf(delivery)),
    async renew() {
      if (leased.size === 0) return
      const renewed = lease()
      await store.write((tx) => renewLeases(tx, renewed))
      leasedAt = renewed.expiresAt - leaseMs
    },
  }
}

/** Queues mail to prove an address, in place of mail that it may not get yet: once while the link in it works, a week. */
async function askForProof(tx: Tx, deliveryId: number, now: number): Promise<void> {
  const user = await findUnprovenAccount(tx, deliveryId)
  if (user !== undefined) await mailAccountLinkOnce(tx, { kind: 'verify', user, now }, 'bulk')
}
