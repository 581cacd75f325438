import { setTimeout as pause } from 'node:timers/promises'
import { listUndispatched, type Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { quantile } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { openConnection } from '../load/connection.ts'
import { httpRequest, trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { loadMeasures, loadValues, shoot } from '../load/shoot.ts'
import { insertFloor } from '../servers/pgbench.ts'
import type { RivalShop } from '../servers/rival.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { addCrowd, addWaiting, fillShop, settleStatistics } from '../shop/fill-shop.ts'
import { reopen } from '../shop/reopen.ts'
import { workFolder } from '../shop/work-folder.ts'

/** How many requests of each kind one round sends. */
type Sizes = { together: number; alone: number; lists: number; restocks: number; readers: number }

/** One way to do the same thing: the requests, and the server that they go to. */
type Way = {
  variant: string
  url: string
  create: (token: string, bookId: number) => Shot
  list: (token: string) => Shot
  restock: (token: string, bookId: number) => Shot
}

/** Prebooks per reader: about what most readers see on their own page. */
const OWN = 3

/** How many readers have such a page. */
const OWNERS = 1_000

/** Accounts that wait for the books of the restocks. */
const CROWD = 1_000

/** How long each service is idle before a restock: the first request after a pause takes longer than one in a row of many. */
const IDLE_MS = 50

/** The lengths of waitlists that a rival can restock in a moment. */
const SHORT = [10, 1_000]

/** The same service as written by hand in an afternoon, next to Prebook, on both engines. */
export const rivals: Bench = {
  name: 'rivals',
  about: 'creates, lists and restocks, against a hand-written service on the same engine',
  async run({ rounds, quick, most, progress }) {
    const sizes: Sizes = quick
      ? { together: 640, alone: 50, lists: 640, restocks: 5, readers: 1_000 }
      : { together: 6_400, alone: 300, lists: 9_600, restocks: 10, readers: 6_400 }
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const folder = disposables.use(await workFolder())
    const skipped = [...both.skipped]
    const turns: Turn[] = []
    for (const engine of both.engines) {
      progress(`filling ${engine.variant}`)
      const isSqlite = engine.variant === 'SQLite'
      // PostgreSQL has processes of its own, so they all share the cores.
      const part = isSqlite ? 'server' : 'any'
      const books = planBooks(rounds, sizes)
      const shop = await fillShop(engine.store, { readers: sizes.readers, books: books.count })
      const readers = { first: shop.readers[0]?.id ?? 0, last: shop.readers[OWNERS - 1]?.id ?? 0 }
      const crowd = await addCrowd(engine.store, most >= 1_000_000 ? 1_000_000 : CROWD)
      for (let own = 0; own < OWN; own += 1) await addWaiting(engine.store, shop.books.first + own, readers)
      for (const [index, count] of books.waiting) {
        const some = { first: crowd.first, last: crowd.first + count - 1 }
        await addWaiting(engine.store, shop.books.first + index, some)
      }
      const huge = shop.books.first + OWN
      if (most >= 1_000_000) await addWaiting(engine.store, huge, crowd)
      await settleStatistics(engine.store)
      const api = disposables.use(await startMeasuredApi({ databaseUrl: engine.url, part }))
      const rivalShop: RivalShop = {
        readers: sizes.readers,
        crowd: CROWD,
        books: books.count,
        waiting: rivalWaiting(books.waiting, sizes.readers),
      }
      const rival = disposables.use(
        await startBareServer('rival', {
          args: [isSqlite ? folder.path('rival.db') : engine.url, JSON.stringify(rivalShop)],
          part,
        }),
      )
      const people = { readers: shop.readers.map(({ token }) => token), admin: shop.admin.token }
      const at = (index: number, way: Way) => (way.url === api.url ? shop.books.first : 1) + index
      for (const way of waysOf(rival.url, api.url)) {
        turns.push(...turnsOn(engine, way, { people, books, sizes, at: (index) => at(index, way) }))
      }
      if (most >= 1_000_000) turns.push(hugeRestock(engine, api.url, { bookId: huge, token: people.admin }))
      if (!isSqlite) {
        const floor = await insertFloor(engine.url, sizes.readers)
        if (floor === null) skipped.push('pgbench: not found on this machine')
        else turns.push({ variant: 'PostgreSQL, pgbench', at: 'creates, 64 clients', take: floor })
      }
    }
    return {
      name: 'rivals',
      title: 'Next to a service written by hand',
      about: `The rival is the same service as one writes it in an afternoon: Fastify, raw prepared statements at their best, a session look-up, zod, a status column that a restock updates for every reader who waits, and the same durability. It has no tRPC, no output schema, no events, no mail and no audit trail. creates: ${sizes.together} pre-bookings of one title from 64 clients, ${sizes.alone} from one. lists: ${sizes.lists} pages of ${OWN} prebooks. restock: the whole PATCH of the stock from 0 to 5, from the request to its answer, which in Prebook includes how many were notified. The next one follows when the mails of the one before are written and the service was idle for ${IDLE_MS} ms. pgbench: one INSERT with two foreign keys for each commit, from 64 clients, without a service.`,
      measures: [...loadMeasures],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped,
    }
  },
}

/** Which book is for what. Each turn needs books of its own, since a reader waits once for each and a restock ends the wait. */
function planBooks(rounds: number, { restocks }: Sizes) {
  const turns = rounds + 1
  // REST and tRPC use the same books in turns.
  const perLength = 2 * turns * restocks
  const short = SHORT.map((size, kind) => ({ size, first: OWN + 1 + kind * perLength }))
  const waiting = short.flatMap(({ size, first }) =>
    Array.from({ length: perLength }, (_, index): [index: number, count: number] => [first + index, size]),
  )
  const creates = OWN + 1 + SHORT.length * perLength
  return { short, waiting, creates, count: creates + 2 * 2 * turns }
}

function rivalWaiting(waiting: [index: number, count: number][], readers: number): RivalShop['waiting'] {
  const crowd = readers + 2
  const own = Array.from({ length: OWN }, (_, index) => [index + 1, { first: 1, last: OWNERS }] as const)
  const others = waiting.map(
    ([index, count]) => [index + 1, { first: crowd, last: crowd + count - 1 }] as const,
  )
  return Object.fromEntries([...own, ...others])
}

function waysOf(rival: string, api: string): Way[] {
  const rest = {
    create: (token: string, bookId: number) =>
      httpRequest('POST', '/prebooks', { body: { book_id: bookId }, token }),
    list: (token: string) => httpRequest('GET', '/prebooks', { token }),
    restock: (token: string, bookId: number) =>
      httpRequest('PATCH', `/books/${bookId}/stock`, { body: { quantity: 5 }, token }),
  }
  return [
    { variant: 'rival', url: rival, ...rest },
    { variant: 'REST', url: api, ...rest },
    {
      variant: 'tRPC',
      url: api,
      create: (token, bookId) => trpcMutation('prebooks.create', { bookId }, token),
      list: (token) => trpcQuery('prebooks.list', {}, token),
      restock: (token, bookId) => trpcMutation('stock.set', { bookId, quantity: 5 }, token),
    },
  ]
}

type Plan = {
  people: { readers: string[]; admin: string }
  books: ReturnType<typeof planBooks>
  sizes: Sizes
  /** The id of the book with an index. */
  at: (index: number) => number
}

function turnsOn(engine: MeasuredEngine, way: Way, { people, books, sizes, at }: Plan): Turn[] {
  const variant = `${engine.variant}, ${way.variant}`
  const turn = (what: string, take: Turn['take']): Turn => ({
    variant,
    at: what,
    ...(way.variant !== 'rival' && { baseline: { variant: `${engine.variant}, rival`, at: what } }),
    take,
  })
  const ownBooks = way.variant === 'tRPC' ? 1 : 0
  let created = 0
  const creates = (clients: number, count: number) => async () => {
    const bookId = at(books.creates + 2 * created++ + ownBooks)
    const shots = people.readers.slice(0, count).map((token) => way.create(token, bookId))
    return loadValues(await shoot(way.url, { shots, clients, expect: [200, 201] }))
  }
  const lists = async () => {
    const shots = Array.from({ length: sizes.lists }, (_, index) =>
      way.list(people.readers[index % OWNERS] ?? ''),
    )
    return loadValues(await shoot(way.url, { shots, clients: 64, expect: [200] }))
  }
  const ownRestocks = way.variant === 'tRPC' ? 1 : 0
  return [
    turn('creates, 64 clients', creates(64, sizes.together)),
    turn('creates, 1 client', creates(1, sizes.alone)),
    turn('lists, 64 clients', lists),
    ...books.short.map(({ size, first }) => {
      let next = first + ownRestocks
      return turn(`restock, ${size.toLocaleString('en')} waiting`, async () => {
        const waits: number[] = []
        for (let count = 0; count < sizes.restocks; count += 1) {
          const bookId = at(next)
          await pause(IDLE_MS)
          waits.push(await timed(way.url, way.restock(people.admin, bookId)))
          while (await hasMailToWrite(engine.store, bookId)) await pause(20)
          next += 2
        }
        return { 'p50 ms': quantile(waits, 0.5), 'p99 ms': quantile(waits, 0.99) }
      })
    }),
  ]
}

/** A restock for a million readers, next to one for ten. */
function hugeRestock(
  { variant, store }: { variant: string; store: Store },
  url: string,
  { bookId, token }: { bookId: number; token: string },
): Turn {
  return {
    variant: `${variant}, REST`,
    at: 'restock, 1,000,000 waiting',
    baseline: { variant: `${variant}, REST`, at: 'restock, 10 waiting' },
    async take() {
      const shot = httpRequest('PATCH', `/books/${bookId}/stock`, { body: { quantity: 5 }, token })
      await pause(IDLE_MS)
      const ms = await timed(url, shot)
      await endMail(store, bookId)
      await reopen(store, bookId)
      return { 'p50 ms': ms }
    },
  }
}

/** Leaves out the rest of a restock's mail, which would take longer for a million readers than all the rest. */
async function endMail(store: Store, bookId: number): Promise<void> {
  await store.write((tx) =>
    tx
      .updateTable('waitlists')
      .set({ dispatched_at: Date.now() })
      .where('book_id', '=', bookId)
      .executeTakeFirstOrThrow(),
  )
  while (await hasMailToWrite(store, bookId)) await pause(20)
}

/** Sends one request on a connection of its own, and measures the time until its answer. */
async function timed(url: string, shot: Shot): Promise<number> {
  const connection = await openConnection(url)
  // The first request of a connection also waits for the connection to be accepted.
  await connection.send(httpRequest('GET', '/livez').bytes)
  const started = performance.now()
  const { status, body } = await connection.send(shot.bytes)
  const ms = performance.now() - started
  connection.close()
  if (status !== 200) throw new Error(`${shot.name} was answered with ${status}: ${body}`)
  return ms
}

/** Whether the mails of the restock of a book are still being written or held. The rival writes none. */
async function hasMailToWrite(store: Store, bookId: number): Promise<boolean> {
  return store.read(async (reader) => {
    const undispatched = await listUndispatched(reader, { now: Date.now(), limit: 1 })
    const pending = await reader
      .selectFrom('deliveries')
      .select('id')
      .where('book_id', '=', bookId)
      .where('state', '=', 'pending')
      .limit(1)
      .execute()
    return undispatched.length + pending.length > 0
  })
}
