import type { ApiProcess } from '@prebook/testing/api'
import { isPrebookError, type PrebookClient } from '@prebook/client'
import type { Ledger, SentChange } from './ledger.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, type Account } from './people.ts'
import type { Random } from './random.ts'

export type Cast = { readers: Account[]; admins: Account[]; books: number[] }

/** Opens so many accounts, and makes so many books. */
export async function makeCast(
  api: ApiProcess,
  count: { readers: number; admins: number; books: number },
): Promise<Cast> {
  const admins = await makeAdmins(api, count.admins)
  const [admin] = admins
  if (admin === undefined) throw new Error('The books need an admin.')
  const readers = await makeReaders(api.url, count.readers)
  return { admins, readers, books: await makeBooks(clientOf(api.url, admin), count.books) }
}

/** What a load may be refused with. */
const allowed = new Set(['PREBOOK_BOOK_IN_STOCK', 'PREBOOK_DUPLICATE', 'PREBOOK_ALREADY_CANCELLED'])

/** Readers and admins who do something at random, all at once and each without a pause. */
export type Load = {
  /** The first answer is there. */
  begun: Promise<void>
  /** Everybody stops after what they are at; an answer that does not come from now on was cut off. */
  end(): void
  /** Nobody does anything any more. */
  ended: Promise<unknown>
}

/** Starts a load and writes down what becomes of it. */
export function startLoad(url: string, cast: Cast, ledger: Ledger, random: Random): Load {
  const load = { ending: false }
  /** The books that the last change sent put in stock. */
  const inStock = new Set<number>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const ask = async (what: string, call: () => Promise<void>, cutOff: () => void): Promise<void> => {
    try {
      await call()
    } catch (error) {
      if (isPrebookError(error) && allowed.has(error.data.reason)) return
      if (!isPrebookError(error) && load.ending) cutOff()
      else ledger.unexpected.push(`${what}: ${String(error)}`)
    } finally {
      begin()
    }
  }
  const keepOn = async (act: () => Promise<void>): Promise<void> => {
    while (!load.ending) await act()
  }

  const readers = cast.readers.map((reader) => {
    const client = clientOf(url, reader)
    const own = random.fork()
    return keepOn(() => {
      const prebookId = own.chance(0.15) ? pickOwn(ledger, reader, own) : null
      if (prebookId === null) return create(client, reader, own.pick(cast.books))
      return cancel(client, reader, prebookId)
    })
  })
  // Each admin does two things at a time.
  const admins = [...cast.admins, ...cast.admins].map((admin) => {
    const client = clientOf(url, admin)
    const own = random.fork()
    return keepOn(() => changeStock(client, admin, own))
  })
  return { begun, end: () => void (load.ending = true), ended: Promise.all([...readers, ...admins]) }

  function create(client: PrebookClient, reader: Account, bookId: number): Promise<void> {
    return ask(
      `pre-booking book ${bookId}`,
      async () => ledger.acknowledge(reader.id, await client.prebooks.create.mutate({ bookId })),
      () => ledger.cutOffCreate(reader.id, bookId),
    )
  }

  function cancel(client: PrebookClient, reader: Account, prebookId: number): Promise<void> {
    ledger.cancelsUnderWay.add(prebookId)
    return ask(
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
    const bookId = own.pick(cast.books)
    // Most changes are a restock or the opposite: those have the most to lose. Books are out of stock most of the time.
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
    return ask(
      note,
      async () => ledger.answerChange(sent, await sendChange(client, sent)),
      () => ledger.cutOffChange(sent),
    )
  }
}

/** Sends a change of stock, for the first time or again. */
export function sendChange(client: PrebookClient, { actor: _actor, step: _step, ...input }: SentChange) {
  return client.stock.set.mutate(input)
}

/** One of the reader's own prebooks that they have not tried to cancel, most often one of the last. */
function pickOwn(ledger: Ledger, reader: Account, random: Random): number | null {
  const live = [...ledger.prebooks.values()].filter(
    ({ readerId, prebook }) =>
      readerId === reader.id && prebook.cancelledAt === null && !ledger.cancelsUnderWay.has(prebook.id),
  )
  if (live.length === 0) return null
  return random.pick(random.chance(0.7) ? live.slice(-5) : live).prebook.id
}
