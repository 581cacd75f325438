import type { ApiProcess } from '@prebook/testing/api'
import { isPrebookError, type PrebookClient } from '@prebook/client'
import type { Ledger, SentChange } from './ledger.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, type Account } from './people.ts'
import type { Random } from './random.ts'

export type Actors = { readers: Account[]; admins: Account[]; books: number[] }

/** Creates the accounts and books of a load. */
export async function makeActors(
  api: ApiProcess,
  count: { readers: number; admins: number; books: number },
): Promise<Actors> {
  const admins = await makeAdmins(api, count.admins)
  const [admin] = admins
  if (admin === undefined) throw new Error('The books need an admin.')
  const readers = await makeReaders(api.url, count.readers)
  return { admins, readers, books: await makeBooks(clientOf(api.url, admin), count.books) }
}

/** The errors that a load may cause. */
const expectedReasons = new Set(['PREBOOK_BOOK_IN_STOCK', 'PREBOOK_DUPLICATE', 'PREBOOK_ALREADY_CANCELLED'])

/** Readers and admins that send random requests concurrently and without pauses. */
export type Load = {
  /** Resolves with the first response. */
  begun: Promise<void>
  /** Stops each actor after its current request. A response that does not arrive from now on counts as cut off. */
  end(): void
  /** Resolves when all actors have stopped. */
  ended: Promise<unknown>
}

/** Starts a load and records its outcome in the ledger. */
export function startLoad(url: string, actors: Actors, ledger: Ledger, random: Random): Load {
  const load = { ending: false }
  /** The books whose last sent change put them in stock. */
  const inStock = new Set<number>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const send = async (what: string, call: () => Promise<void>, cutOff: () => void): Promise<void> => {
    try {
      await call()
    } catch (error) {
      if (isPrebookError(error) && expectedReasons.has(error.data.reason)) return
      if (!isPrebookError(error) && load.ending) cutOff()
      else ledger.unexpected.push(`${what}: ${String(error)}`)
    } finally {
      begin()
    }
  }
  const repeat = async (act: () => Promise<void>): Promise<void> => {
    while (!load.ending) await act()
  }

  const readers = actors.readers.map((reader) => {
    const client = clientOf(url, reader)
    const own = random.fork()
    return repeat(() => {
      const prebookId = own.chance(0.15) ? pickOwn(ledger, reader, own) : null
      if (prebookId === null) return create(client, reader, own.pick(actors.books))
      return cancel(client, reader, prebookId)
    })
  })
  // Each admin sends two requests at a time.
  const admins = [...actors.admins, ...actors.admins].map((admin) => {
    const client = clientOf(url, admin)
    const own = random.fork()
    return repeat(() => changeStock(client, admin, own))
  })
  return { begun, end: () => void (load.ending = true), ended: Promise.all([...readers, ...admins]) }

  function create(client: PrebookClient, reader: Account, bookId: number): Promise<void> {
    return send(
      `pre-booking book ${bookId}`,
      async () => ledger.acknowledge(reader.id, await client.prebooks.create.mutate({ bookId })),
      () => ledger.cutOffCreate(reader.id, bookId),
    )
  }

  function cancel(client: PrebookClient, reader: Account, prebookId: number): Promise<void> {
    ledger.cancelsUnderWay.add(prebookId)
    return send(
      `cancelling ${prebookId}`,
      async () => {
        ledger.acknowledge(reader.id, await client.prebooks.cancel.mutate({ prebookId }))
        ledger.cancelsUnderWay.delete(prebookId)
      },
      () => {},
    )
  }

  function changeStock(client: PrebookClient, admin: Account, own: Random): Promise<void> {
    const step = ledger.nextStep()
    const note = `admin ${admin.id}, change ${step}`
    const bookId = own.pick(actors.books)
    // Most changes are restocks or sell-outs, which are the riskiest. Books are out of stock most of the time.
    const sellOut = own.chance(inStock.has(bookId) ? 0.95 : 0.4)
    if (sellOut) inStock.delete(bookId)
    else inStock.add(bookId)
    const sent: SentChange = {
      actor: admin,
      bookId,
      quantity: sellOut ? 0 : 1 + own.below(9),
      note,
      step,
      ...(own.chance(0.5) && { idempotencyKey: `key-${step}` }),
    }
    return send(
      note,
      async () => ledger.answerChange(sent, await sendChange(client, sent)),
      () => ledger.cutOffChange(sent),
    )
  }
}

/** Sends a stock change, for the first time or as a retry. */
export function sendChange(client: PrebookClient, { actor: _actor, step: _step, ...input }: SentChange) {
  return client.stock.set.mutate(input)
}

/** Picks a prebook of the reader without a sent cancellation, most often a recent one. */
function pickOwn(ledger: Ledger, reader: Account, random: Random): number | null {
  const live = [...ledger.prebooks.values()].filter(
    ({ readerId, prebook }) =>
      readerId === reader.id && prebook.cancelledAt === null && !ledger.cancelsUnderWay.has(prebook.id),
  )
  if (live.length === 0) return null
  return random.pick(random.chance(0.7) ? live.slice(-5) : live).prebook.id
}
