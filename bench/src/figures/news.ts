import type { Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import { quantile } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { bothEngines, type MeasuredEngine } from '../shop/both-engines.ts'
import { addCrowd, addSoldOutBooks, addWaiting, settleStatistics } from '../shop/fill-shop.ts'
import { signInAdmin } from '../shop/measured-admin.ts'

const SIZES = [10, 1_000_000]

/** Calls of one turn: few, so that all sizes meet the same moods of the disk. */
const CALLS = 20

/** The cost of what concerns a whole waitlist besides a restock: a changed date, and a withdrawal. */
export const news: Bench = {
  name: 'news',
  about: 'a changed date and a withdrawal by waitlist length, on both engines',
  async run({ rounds, most, progress }) {
    const sizes = SIZES.filter((size) => size <= most)
    await using both = await bothEngines()
    const turns: Turn[] = []
    for (const engine of both.engines) {
      progress(`filling waitlists of ${sizes.join(', ')} on ${engine.variant}`)
      turns.push(...(await turnsOn(engine, sizes)))
    }
    return {
      name: 'news',
      title: 'Changed date and withdrawal by waitlist length',
      about: `The whole of books.expect, which announces the date, and of books.withdraw, which cancels everybody, ${CALLS} calls each per round. Both are committed and flushed.`,
      measures: [{ name: 'p50 ms', better: 'less', digits: 2 }],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

async function turnsOn({ variant, store }: MeasuredEngine, sizes: number[]): Promise<Turn[]> {
  const admin = await signInAdmin(store)
  const crowd = await addCrowd(store, Math.max(...sizes))
  const books = await addSoldOutBooks(store, sizes.length)
  for (const [index, size] of sizes.entries())
    await addWaiting(store, books.first + index, { first: crowd.first, last: crowd.first + size - 1 })
  await settleStatistics(store)
  const at = (size: number) => `${size.toLocaleString('en')} waiting`
  const year = new Date().getUTCFullYear() + 1
  let changes = 0
  return sizes.flatMap((size, index): Turn[] => {
    const bookId = books.first + index
    const turn = (what: string, call: () => Promise<unknown>, after?: () => Promise<void>): Turn => ({
      variant: `${variant}, ${what}`,
      at: at(size),
      baseline: { variant: `${variant}, ${what}`, at: at(sizes[0] ?? 0) },
      async take() {
        const waits: number[] = []
        for (let count = 0; count < CALLS; count += 1) {
          const started = performance.now()
          await call()
          waits.push(performance.now() - started)
          await after?.()
        }
        return { 'p50 ms': quantile(waits, 0.5) }
      },
    })
    return [
      turn('books.expect', () => {
        changes += 1
        return admin.books.expect({ bookId, expectedOn: `${year}-0${(changes % 9) + 1}` })
      }),
      turn(
        'books.withdraw',
        () => admin.books.withdraw({ bookId }),
        () => reopenWithdrawn(store, bookId),
      ),
    ]
  })
}

/** Resets a book to its state before the withdrawal. */
async function reopenWithdrawn(store: Store, bookId: number): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .updateTable('waitlists')
      .set({ withdrawn_at: null, dispatched_at: null })
      .where('book_id', '=', bookId)
      .execute()
    await tx.updateTable('books').set({ withdrawn_at: null }).where('id', '=', bookId).execute()
  })
}
