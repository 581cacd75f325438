import { sql } from 'kysely'
import type { Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { median } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { mailSettings } from '../servers/mail-settings.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { addCrowd, addSoldOutBooks, addWaiting, settleStatistics } from '../shop/fill-shop.ts'
import { signInAdmin } from '../shop/measured-admin.ts'
import { reopen } from '../shop/reopen.ts'

const QUEUES = [10, 1_000_000]

/** Restocks of one turn: few, so that both queues meet the same moods of the disk. */
const RESTOCKS = 20

/** What the shop knows of an address that asks for a pre-booking. */
const addresses = ['new', 'known', 'waiting', 'refusing', 'opted-out'] as const

/** Whether guests cost what readers cost, and whether the time of an answer tells what the shop knows of an address. */
export const guests: Bench = {
  name: 'guests',
  about: 'a restock for which guests wait, and pre-bookings by e-mail, on both engines',
  async run({ rounds, quick, most, progress }) {
    const asked = quick ? 5 : 50
    const taken = Math.min(rounds, 5)
    await using disposables = new AsyncDisposableStack()
    const restocked = disposables.use(await bothEngines())
    const asking = disposables.use(await bothEngines())
    const sink = disposables.use(await startBareServer('smtp-sink', { part: 'load' }))
    const { smtp } = (await (await fetch(sink.url)).json()) as { smtp: string }
    const turns: Turn[] = []
    for (const engine of restocked.engines) {
      progress(`filling waitlists on ${engine.variant}`)
      turns.push(...(await restocks(engine, most)))
    }
    for (const { variant, url, store } of asking.engines) {
      progress(`filling ${variant}`)
      // One book for each round and one to warm up, because an address is mailed once about a book.
      const books = await addSoldOutBooks(store, taken + 1)
      const known = await knownAddresses(store, books, asked)
      await settleStatistics(store)
      const api = disposables.use(
        await startMeasuredApi({ databaseUrl: url, env: { ...mailSettings(smtp), TRUSTED_PROXIES: '1' } }),
      )
      turns.push(
        ...addresses.map((kind): Turn => {
          let round = 0
          return {
            variant,
            at: `request, ${kind} address`,
            baseline: { variant, at: 'request, new address' },
            async take() {
              const bookId = books.first + round
              round += 1
              const times: number[] = []
              for (let index = 0; index < asked; index += 1) {
                const email = known[kind]?.[index] ?? `new-${round}-${index}@bench.example`
                times.push(await request(api.url, { bookId, email }))
              }
              return { ms: median(times) }
            },
          }
        }),
      )
    }
    return {
      name: 'guests',
      title: 'Guests',
      about: `restock: stock.set on a book for which guests wait, as the median of ${RESTOCKS}. request: prebooks.request, one after the other, as the median of ${asked}: the answer is the same for every address, and comes after the same time.`,
      measures: [{ name: 'ms', better: 'less', digits: 2 }],
      rows: await takeTurns(turns, { rounds: taken, progress }),
      skipped: asking.skipped,
    }
  },
}

/** Restocks without a mail server, so that no mail is written meanwhile. */
async function restocks({ variant, store }: MeasuredEngine, most: number): Promise<Turn[]> {
  const admin = await signInAdmin(store)
  const queues = QUEUES.map((size) => Math.min(size, most))
  const crowd = await addCrowd(store, Math.max(...queues), { name: 'guest', guests: true })
  const books = await addSoldOutBooks(store, queues.length)
  for (const [index, size] of queues.entries())
    await addWaiting(store, books.first + index, { first: crowd.first, last: crowd.first + size - 1 })
  await settleStatistics(store)
  const label = (size: number) => `restock, ${size.toLocaleString('en')} guests`
  return queues.map((size, index) => ({
    variant,
    at: label(size),
    baseline: { variant, at: label(queues[0] ?? 0) },
    async take() {
      const bookId = books.first + index
      const waits: number[] = []
      for (let count = 0; count < RESTOCKS; count += 1) {
        const started = performance.now()
        await admin.stock.set({ bookId, quantity: 5 })
        waits.push(performance.now() - started)
        await reopen(store, bookId)
      }
      return { ms: median(waits) }
    },
  }))
}

let sent = 0

/** Asks for a pre-booking by e-mail, and returns how long the answer took, in milliseconds. */
async function request(url: string, input: { bookId: number; email: string }): Promise<number> {
  sent += 1
  const started = performance.now()
  const response = await fetch(`${url}/trpc/prebooks.request`, {
    method: 'POST',
    // Each from another network, or a throttle would refuse it.
    headers: { 'content-type': 'application/json', 'x-forwarded-for': networkOf(sent) },
    body: JSON.stringify(input),
  })
  const body = await response.text()
  if (!response.ok) throw new Error(`A request was answered with ${response.status}: ${body}`)
  return performance.now() - started
}

/** The address of a client in the network with this number. */
export function networkOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
}

/** Adds accounts of each kind, some of them waiting for every one of the books. */
async function knownAddresses(
  store: Store,
  books: { first: number; last: number },
  count: number,
): Promise<Partial<Record<(typeof addresses)[number], string[]>>> {
  const people = await addCrowd(store, 4 * count, { name: 'known', guests: true })
  const part = (index: number) => ({
    first: people.first + index * count,
    last: people.first + (index + 1) * count - 1,
  })
  const emails = async ({ first, last }: { first: number; last: number }) => {
    const rows = await store.read((reader) =>
      reader.selectFrom('users').select('email').where('id', '>=', first).where('id', '<=', last).execute(),
    )
    return rows.map(({ email }) => String(email))
  }
  const [known, waiting, refusing, optedOut] = [part(0), part(1), part(2), part(3)]
  for (let bookId = books.first; bookId <= books.last; bookId += 1) await addWaiting(store, bookId, waiting)
  await store.write(async (tx) => {
    await sql`insert into refusals (email, delivery_id, permanent, refused_at)
      select email, id, 1, ${Date.now()} from users
      where id between ${sql.lit(refusing.first)} and ${sql.lit(refusing.last)}`.execute(tx)
    await sql`update users set mail_opt_out = 1
      where id between ${sql.lit(optedOut.first)} and ${sql.lit(optedOut.last)}`.execute(tx)
  })
  return {
    known: await emails(known),
    waiting: await emails(waiting),
    refusing: await emails(refusing),
    'opted-out': await emails(optedOut),
  }
}
