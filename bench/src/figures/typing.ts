import { searchText } from '@prebook/core'
import { insertBooks, type Store } from '@prebook/db'
import { generatedTitles, seededRandom, typingErrors } from '@prebook/testing/typing-errors'
import type { Bench } from '../frame/bench.ts'
import { median } from '../frame/statistics.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { signInAdmin } from '../shop/measured-admin.ts'

const BOOKS = 10_000
const SEED = 7

/** How often a title is found that was typed with an error. */
export const typing: Bench = {
  name: 'typing',
  about: 'titles typed with one error, in a catalogue of 10,000 books, on both engines',
  async run({ rounds, quick, progress }) {
    const queries = quick ? 25 : 250
    const titles = generatedTitles(BOOKS, SEED)
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const turns: Turn[] = []
    for (const { variant, store } of both.engines) {
      progress(`filling ${variant} with ${BOOKS.toLocaleString('en')} books`)
      await addTitles(store, titles)
      const call = await signInAdmin(store)
      const none = { kind: 'none', make: (title: string) => title }
      for (const [index, { kind, make }] of [none, ...typingErrors].entries()) {
        const random = seededRandom(SEED + index)
        turns.push({
          variant,
          at: kind,
          baseline: { variant, at: 'none' },
          async take() {
            const times: number[] = []
            let found = 0
            for (let count = 0; count < queries; count += 1) {
              const title = titles[Math.floor(random() * titles.length)] ?? ''
              const query = make(title, random)
              const started = performance.now()
              const { items } = await call.books.list({ query, limit: 5 })
              times.push(performance.now() - started)
              if (items.some((book) => book.title === title)) found += 1
            }
            return { 'among the first five %': (100 * found) / queries, 'median ms': median(times) }
          },
        })
      }
    }
    return {
      name: 'typing',
      title: 'Titles with a typing error',
      about: `books.list with whole titles of a catalogue of ${BOOKS.toLocaleString('en')} generated ones, called in the process, ${queries} per round: as they are, and with one error at a random letter.`,
      measures: [
        { name: 'among the first five %', better: 'more', digits: 1 },
        { name: 'median ms', better: 'less', digits: 1 },
      ],
      rows: await takeTurns(turns, { rounds, progress }),
      skipped: both.skipped,
    }
  },
}

async function addTitles(store: Store, titles: readonly string[]): Promise<void> {
  const author = 'Various Authors'
  const rows = titles.map((title) => ({
    title,
    author,
    isbn: null,
    description: null,
    price_cents: 1_999,
    stock_quantity: 0,
    search_text: searchText({ title, author, isbn: null }),
    created_at: 0,
    updated_at: 0,
  }))
  await store.write((tx) => insertBooks(tx, rows))
}
