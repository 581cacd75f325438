import { TRPCError } from '@trpc/server'
import { findWaitlist, insertUser, listAwaitedBooks, openAccountLink, type Store } from '@prebook/db'
import { miscountedWaitlists } from '@prebook/db/testing'
import { byLink, takeOver } from '../auth/take-over.ts'
import { dispatchDeliveries } from '../mail/outbox/dispatcher.ts'
import { createCaller } from '../router/app-router.ts'
import { toPrebookError } from '../router/errors.ts'
import type { Services } from '../services.ts'
import { testContext, type Person } from '../testing/server.ts'

/**
 * Readers and admins who use the same books through two independent connections. Each race runs many rounds and returns
 * the violations of its promise; it passes with none.
 */
export type RaceFixture = {
  /** Through the first connection. */
  services: Services
  readers: Person[]
  admin: Person
  /** Through the second connection; `sameReader` is the first reader again. */
  otherServices: Services
  otherReaders: Person[]
  sameReader: Person
  otherAdmin: Person
  /** Adds two admins without passwords, one for each connection. */
  newAdmins: () => Promise<[Person, Person]>
  /** Reads the committed data. */
  store: Store
}

/** Readers pre-book while an admin restocks. No reader may be left waiting for a book that is in stock. */
export async function createAgainstRestock(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    const outcomes = await atOnce<unknown>([
      ...[...shop.readers, ...shop.otherReaders].map(
        (reader) => () => reader.call.prebooks.create({ bookId }),
      ),
      () => shop.otherAdmin.call.stock.set({ bookId, quantity: 5 }),
    ])
    violations.push(...unexpected(outcomes, ['PREBOOK_BOOK_IN_STOCK']))
    violations.push(...(await stranded(shop, bookId)))
  })
}

/**
 * Readers pre-book while an admin withdraws the book. Each pre-booking is refused or cancelled by the shop, and counted if it is.
 * No reader may be left waiting for a withdrawn book.
 */
export async function createAgainstWithdrawal(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    const readers = [...shop.readers, ...shop.otherReaders]
    const [withdrawn, ...joined] = await Promise.allSettled([
      after(turns(), () => shop.otherAdmin.call.books.withdraw({ bookId })),
      ...readers.map((reader) => after(turns(), () => reader.call.prebooks.create({ bookId }))),
    ])
    violations.push(...unexpected([withdrawn, ...joined], ['PREBOOK_BOOK_WITHDRAWN']))
    violations.push(...(await stranded(shop, bookId)), ...(await miscounted(shop)))
    const accepted = joined.filter(({ status }) => status === 'fulfilled').length
    const cancelled = withdrawn.status === 'fulfilled' ? (withdrawn.value.waitlistClosed?.cancelled ?? 0) : 0
    if (accepted !== cancelled) violations.push(`${accepted} were accepted and ${cancelled} cancelled`)
    for (const reader of readers)
      for (const { bookId: id, ...prebook } of await latestPrebooks(reader))
        if (id === bookId && prebook.cancelledBy !== 'shop')
          violations.push(`a pre-booking of a withdrawn book is ${prebook.status}`)
  })
}

/**
 * An admin withdraws a book while another one restocks it and readers pre-book it. Exactly one of the two closes the waitlist:
 * everyone on it is notified or cancelled by the shop, all alike, and gets one e-mail, about that.
 */
export async function withdrawalAgainstRestock(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    for (const reader of shop.readers) await reader.call.prebooks.create({ bookId })
    const [withdrawn, restocked, ...joined] = await Promise.allSettled([
      after(turns(), () => shop.admin.call.books.withdraw({ bookId })),
      after(turns(), () => shop.otherAdmin.call.stock.set({ bookId, quantity: 5 })),
      ...shop.otherReaders.map((reader) => after(turns(), () => reader.call.prebooks.create({ bookId }))),
    ])
    const readers = [
      ...shop.readers,
      ...shop.otherReaders.filter((_, index) => joined[index]?.status === 'fulfilled'),
    ]
    violations.push(...unexpected([withdrawn, restocked], []))
    violations.push(...unexpected(joined, ['PREBOOK_BOOK_IN_STOCK', 'PREBOOK_BOOK_WITHDRAWN']))
    if (withdrawn.status === 'rejected' || restocked.status === 'rejected') return
    violations.push(...(await stranded(shop, bookId)), ...(await miscounted(shop)))

    const cancelled = withdrawn.value.waitlistClosed?.cancelled ?? 0
    const notified = restocked.value.broadcast?.notified ?? 0
    const winners = [withdrawn.value.waitlistClosed, restocked.value.broadcast].filter((one) => one !== null)
    if (winners.length !== 1) violations.push(`${winners.length} of the two closed the waitlist`)
    if (cancelled + notified !== readers.length)
      violations.push(`${cancelled} were cancelled and ${notified} notified`)
    for (const reader of readers) {
      const [prebook] = await latestPrebooks(reader)
      const shown = `${prebook?.status} by ${prebook?.cancelledBy}`
      if (shown !== (cancelled > 0 ? 'cancelled by shop' : 'notified by null')) violations.push(shown)
    }
    // A restock after the withdrawal reinstates the book. The other way round, it is withdrawn while it is in stock.
    const book = await shop.admin.call.books.get({ bookId })
    if (book.stockQuantity !== 5) violations.push(`${book.stockQuantity} copies are in stock`)
    if ((book.withdrawnAt === null) !== cancelled > 0)
      violations.push('the withdrawal does not follow the order')
    await dispatchAll(shop)
    const mails = await shop.store.read((db) =>
      db.selectFrom('deliveries').select('kind').where('book_id', '=', bookId).execute(),
    )
    const kinds = mails.map(({ kind }) => kind).join()
    const expected = readers.map(() => (cancelled > 0 ? 'withdrawal' : 'restock')).join()
    if (kinds !== expected) violations.push(`the e-mails are ${kinds}`)
  })
}

/** Two admins withdraw two books at once, each for the other. One of them may, so no chain of successors leads back. */
export async function withdrawalAgainstWithdrawal(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const [bookId, otherId] = [await soldOutBook(shop), await soldOutBook(shop)]
    const outcomes = await atOnce([
      () => shop.admin.call.books.withdraw({ bookId, successorId: otherId }),
      () => shop.otherAdmin.call.books.withdraw({ bookId: otherId, successorId: bookId }),
    ])
    violations.push(...unexpected(outcomes, ['VALIDATION_ERROR']))
    const accepted = outcomes.filter(({ status }) => status === 'fulfilled').length
    if (accepted !== 1) violations.push(`${accepted} withdrawals were accepted`)
  })
}

/** Two admins restock concurrently. One of them broadcasts, and each movement starts where the previous one ended. */
export async function restockAgainstRestock(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    for (const reader of shop.readers) await reader.call.prebooks.create({ bookId })
    const outcomes = await atOnce([
      () => shop.admin.call.stock.set({ bookId, quantity: 5 }),
      () => shop.otherAdmin.call.stock.set({ bookId, quantity: 7 }),
    ])
    violations.push(...unexpected(outcomes, []))
    const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const broadcasts = answers.filter((answer) => answer.broadcast !== null)
    if (broadcasts.length !== 1) violations.push(`${broadcasts.length} broadcasts`)
    if (broadcasts[0]?.broadcast?.notified !== shop.readers.length)
      violations.push('not everyone was notified')
    violations.push(...(await brokenMovements(shop, bookId)))
  })
}

/** Two admins demote or deactivate each other, or erase their own accounts. One active admin must be left. */
export async function adminAgainstAdmin(shop: RaceFixture, rounds: number): Promise<string[]> {
  const { store } = shop
  const demoteAll = () =>
    store.write((tx) => tx.updateTable('users').set({ role: 'reader' }).where('role', '=', 'admin').execute())
  await demoteAll()
  return eachRound(rounds, async (violations) => {
    const [admin, otherAdmin] = await shop.newAdmins()
    const remove = (by: Person, userId: number) => () => {
      const dice = Math.random()
      if (dice < 0.25) return by.call.users.setRole({ userId, role: 'staff' })
      return dice < 0.5 ? by.call.users.deactivate({ userId }) : by.call.account.erase({})
    }
    const outcomes = await atOnce<unknown>([remove(admin, otherAdmin.id), remove(otherAdmin, admin.id)])
    const refusals = ['USER_LAST_ADMIN', 'USER_NOT_FOUND']
    const withoutAccess = ['AUTH_REQUIRED', 'AUTH_FORBIDDEN', 'AUTH_ACCOUNT_DEACTIVATED']
    violations.push(...unexpected(outcomes, [...refusals, ...withoutAccess]))
    const rows = await store.read((reader) =>
      reader.selectFrom('users').select(['role', 'is_active']).where('role', '=', 'admin').execute(),
    )
    const active = rows.filter((row) => row.is_active === 1).length
    if (active !== 1) violations.push(`${active} active admins`)
    await demoteAll()
  })
}

/** One reader sends two hundred concurrent pre-bookings for one book. One is accepted. */
export async function createAgainstItself(shop: RaceFixture, rounds: number): Promise<string[]> {
  const [reader] = shop.readers
  if (reader === undefined) throw new Error('The race needs a reader.')
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    const attempts = Array.from(
      { length: 200 },
      (_, index) => () => (index % 2 === 0 ? reader : shop.sameReader).call.prebooks.create({ bookId }),
    )
    const outcomes = await atOnce(attempts)
    violations.push(...unexpected(outcomes, ['PREBOOK_DUPLICATE']))
    const accepted = outcomes.filter((outcome) => outcome.status === 'fulfilled').length
    if (accepted !== 1) violations.push(`${accepted} pre-bookings were accepted`)
    const rows = await shop.store.read((from) =>
      from
        .selectFrom('prebooks')
        .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
        .select('prebooks.id')
        .where('waitlists.book_id', '=', bookId)
        .execute(),
    )
    if (rows.length !== 1) violations.push(`${rows.length} rows`)
  })
}

/**
 * A reader cancels while an admin restocks. If the cancellation came first, the reader was never notified; otherwise the
 * reader was notified at the time of the restock. The API, the stored row and the count agree.
 */
export async function cancelAgainstRestock(shop: RaceFixture, rounds: number): Promise<string[]> {
  const [reader] = shop.readers
  if (reader === undefined) throw new Error('The race needs a reader.')
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    const { id: prebookId } = await reader.call.prebooks.create({ bookId })
    const [cancelled, restocked] = await Promise.allSettled([
      after(turns(), () => reader.call.prebooks.cancel({ prebookId })),
      after(turns(), () => shop.otherAdmin.call.stock.set({ bookId, quantity: 5 })),
    ])
    violations.push(...unexpected([cancelled, restocked], []))
    if (cancelled.status === 'rejected' || restocked.status === 'rejected') return

    const { broadcast } = restocked.value
    const { cancelled_from: from } = await shop.store.read((reading) =>
      reading
        .selectFrom('prebooks')
        .select('cancelled_from')
        .where('id', '=', prebookId)
        .executeTakeFirstOrThrow(),
    )
    const shown = await reader.call.prebooks.get({ prebookId })
    if (shown.status !== 'cancelled') violations.push('a cancelled prebook shows another status')
    const notifiedAt = from === 'notified' ? broadcast?.notifiedAt : null
    if (shown.notifiedAt !== notifiedAt)
      violations.push(`cancelled while ${from}, but notified at ${shown.notifiedAt}`)
    if (cancelled.value.notifiedAt !== shown.notifiedAt)
      violations.push('a later read differs from the response')
    if (broadcast === null) {
      violations.push('the restock found no waitlist')
      return
    }
    violations.push(...(await miscounted(shop)))
    const waitlist = await shop.store.read((db) => findWaitlist(db, broadcast.waitlistId))
    if (broadcast.notified !== waitlist?.notified_count) violations.push('the number notified has changed')
  })
}

/**
 * All readers repeatedly join and leave the waitlist of one book while two admins restock it and sell it out. Afterwards no
 * reader is stranded or has two places on one waitlist, nothing acknowledged is lost, and the stock is the sum of the
 * movements.
 */
export async function everythingAtOnce(shop: RaceFixture, rounds: number): Promise<string[]> {
  return eachRound(rounds, async (violations) => {
    const bookId = await soldOutBook(shop)
    const acknowledged = new Map<number, { cancelled: boolean }>()
    const joinAndLeave = async (reader: Person) => {
      for (let time = 0; time < 4; time += 1) {
        const joined = await attempt(() => reader.call.prebooks.create({ bookId }))
        violations.push(...unexpected([joined], ['PREBOOK_BOOK_IN_STOCK', 'PREBOOK_DUPLICATE']))
        if (joined.status === 'rejected') continue
        const { id: prebookId } = joined.value
        acknowledged.set(prebookId, { cancelled: false })
        if (Math.random() < 0.5) continue
        const left = await attempt(() => reader.call.prebooks.cancel({ prebookId }))
        violations.push(...unexpected([left], []))
        if (left.status === 'fulfilled') acknowledged.set(prebookId, { cancelled: true })
      }
    }
    const restockAndSellOut = async (admin: Person) => {
      for (const quantity of [5, 0, 7, 0, 3]) {
        const changed = await attempt(() => admin.call.stock.set({ bookId, quantity }))
        violations.push(...unexpected([changed], []))
      }
    }
    await Promise.all([
      ...[...shop.readers, ...shop.otherReaders].map((reader) => joinAndLeave(reader)),
      ...[shop.admin, shop.otherAdmin].map((admin) => restockAndSellOut(admin)),
    ])

    violations.push(...(await stranded(shop, bookId)), ...(await brokenMovements(shop, bookId)))
    const rows = await shop.store.read((reader) =>
      reader
        .selectFrom('prebooks')
        .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
        .selectAll('prebooks')
        .where('waitlists.book_id', '=', bookId)
        .execute(),
    )
    const cancelled = new Map(rows.map((row) => [row.id, row.cancelled_at !== null]))
    for (const [id, expected] of acknowledged) {
      if (cancelled.get(id) !== expected.cancelled) violations.push('an acknowledged change is missing')
    }
    if (cancelled.size !== acknowledged.size)
      violations.push('there are prebooks that were never acknowledged')
    const live = rows
      .filter((row) => row.cancelled_at === null)
      .map((row) => `${row.waitlist_id} ${row.user_id}`)
    if (new Set(live).size !== live.length) violations.push('a reader has two places')
    violations.push(...(await miscounted(shop)))
  })
}

/**
 * A squatter pre-books while the owner of the address takes the account over. Afterwards the account waits for nothing that
 * the squatter pre-booked.
 */
export async function createAgainstTakeOver(
  shop: RaceFixture,
  rounds: number,
  isEnough?: (violations: readonly string[]) => boolean,
): Promise<string[]> {
  const { services, otherServices, store } = shop
  const bookIds = [await soldOutBook(shop), await soldOutBook(shop), await soldOutBook(shop)]
  let squatters = 0
  const round = async (violations: string[]) => {
    squatters += 1
    const account = { email: `squatted${squatters}@example.org`, passwordHash: 'x', role: 'reader' } as const
    const link = await store.write(async (tx) => {
      const userId = (await insertUser(tx, { ...account, now: 1 }))?.id ?? 0
      const expiresAt = Number.MAX_SAFE_INTEGER
      return {
        userId,
        expiresAt,
        generation: await openAccountLink(tx, { userId, purpose: 'reset', expiresAt }),
      }
    })
    const { userId } = link
    const { token } = await services.sessions.start(userId)
    const squatter = createCaller(() => testContext(services, token))
    const outcomes = await atOnce<unknown>([
      ...bookIds.map((bookId) => () => squatter.prebooks.create({ bookId })),
      () => takeOver(otherServices, byLink('reset', link, 'y')),
    ])
    violations.push(...unexpected(outcomes, ['AUTH_REQUIRED']))
    const left = await store.read((reader) => listAwaitedBooks(reader, { userId, limit: bookIds.length }))
    if (left.length > 0) violations.push(`${left.length} prebooks of the squatter are waiting`)
    violations.push(...(await miscounted(shop)))
  }
  return eachRound(rounds, round, isEnough)
}

/** Finds readers who are waiting for the book although it is in stock or withdrawn. */
export async function stranded(shop: RaceFixture, bookId: number): Promise<string[]> {
  const rows = await shop.store.read((reader) =>
    reader
      .selectFrom('prebooks')
      .innerJoin('waitlists', 'waitlists.id', 'prebooks.waitlist_id')
      .innerJoin('books', 'books.id', 'waitlists.book_id')
      .select('prebooks.id')
      .where('books.id', '=', bookId)
      .where((eb) => eb.or([eb('books.stock_quantity', '>', 0), eb('books.withdrawn_at', 'is not', null)]))
      .where('waitlists.notified_at', 'is', null)
      .where('waitlists.withdrawn_at', 'is', null)
      .execute(),
  )
  return rows.length === 0 ? [] : [`${rows.length} wait for a book that is in stock or withdrawn`]
}

async function latestPrebooks(reader: Person) {
  return (await reader.call.prebooks.list({ limit: 1 })).items
}

/** Writes the mail of every closed waitlist. */
async function dispatchAll({ services }: RaceFixture): Promise<void> {
  await dispatchDeliveries(services, { stopped: () => false, written: () => {} })
}

/** Checks that each movement of a book starts where the previous one ended and that the last one ends at the stock. */
async function brokenMovements(shop: RaceFixture, bookId: number): Promise<string[]> {
  const violations: string[] = []
  const movements = await shop.store.read((reader) =>
    reader.selectFrom('stock_movements').selectAll().where('book_id', '=', bookId).orderBy('id').execute(),
  )
  let quantity = 0
  for (const movement of movements) {
    quantity += movement.delta
    if (movement.quantity_after !== quantity)
      violations.push('a movement does not follow from the previous one')
  }
  const book = await shop.admin.call.books.get({ bookId })
  if (book.stockQuantity !== quantity) violations.push('the stock is not the sum of the movements')
  return violations
}

/** Adds a book that can be pre-booked. */
export async function soldOutBook(shop: RaceFixture): Promise<number> {
  const book = await shop.admin.call.books.create({ title: 'A race', author: 'Two at once', priceCents: 100 })
  return book.id
}

export async function miscounted({ store }: RaceFixture): Promise<string[]> {
  const waitlists = await miscountedWaitlists(store)
  return waitlists.map((waitlist) => `a waitlist is miscounted: ${JSON.stringify(waitlist)}`)
}

/** Runs rounds until ten violations are found. */
export async function eachRound(
  rounds: number,
  round: (violations: string[]) => Promise<void>,
  isEnough = (violations: readonly string[]) => violations.length >= 10,
): Promise<string[]> {
  const violations: string[] = []
  for (let turn = 0; turn < rounds && !isEnough(violations); turn += 1) await round(violations)
  return violations
}

/** Starts all calls, each delayed by a few turns of the event loop, so that the order varies between rounds. */
export function atOnce<T>(calls: (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(calls.map((call) => after(turns(), call)))
}

/** Like {@link atOnce}, for a single call among concurrent ones. */
async function attempt<T>(call: () => Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([after(turns(), call)])
  return outcome
}

function turns(): number {
  return Math.floor(Math.random() * 6)
}

async function after<T>(count: number, call: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return call()
}

/** The errors that the race does not allow, by reason. */
export function unexpected(outcomes: PromiseSettledResult<unknown>[], allowed: string[]): string[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return []
    const reason =
      outcome.reason instanceof TRPCError ? toPrebookError(outcome.reason).reason : String(outcome.reason)
    return allowed.includes(reason) ? [] : [`refused with ${reason}`]
  })
}
