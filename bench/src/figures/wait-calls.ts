import { trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import type { Shop } from '../shop/fill-shop.ts'
import type { LongLists } from '../shop/long-lists.ts'
import { procedureCalls } from './procedure-list.ts'

/** What each procedure has to do at its worst. `round` begins at 0 and never comes twice. */
export type WaitCall = { name: string; shot: (round: number) => Shot; expect?: number[] }

/** The calls to measure: at least one for each procedure whose cost may grow, on the longest lists there are. */
export function waitCalls({ readers, admin, books }: Shop, lists: LongLists): WaitCall[] {
  const { crowded, deserted, collector, crowd } = lists
  const boss = admin.token
  const reader = (round: number) => readers[1 + (round % (readers.length - 1))]?.token ?? ''
  const query = (name: string, input: object, token?: string, what = ''): WaitCall => ({
    name: `${name}${what}`,
    shot: () => trpcQuery(name, input, token),
  })
  const mutation = (
    name: string,
    input: (round: number) => object,
    token?: (round: number) => string,
  ): WaitCall => ({
    name,
    shot: (round) => trpcMutation(name, input(round), token?.(round)),
  })
  const crowdedBook = (round: number) => crowded.first + 1 + (round % (crowded.last - crowded.first))
  const account = (round: number) => ({
    email: `new${round}@bench.example`,
    password: 'a password for measuring',
  })
  const rows = (round: number) =>
    Array.from({ length: 100 }, (_, index) => ({
      title: `Imported ${round} ${index}`,
      author: 'Bench',
      priceCents: 100,
      isbn: isbn13(round * 100 + index),
    }))
  return [
    mutation('auth.register', account),
    { ...mutation('auth.login', (round) => ({ ...account(round), password: 'wrong' })), expect: [401, 429] },
    query('auth.me', {}, collector.token),
    mutation(
      'account.update',
      (round) => ({ mailOptOut: round % 2 === 0 }),
      () => collector.token,
    ),
    query('books.list', {}, undefined),
    query('books.list', { query: 'no such title' }, undefined, ', nothing found'),
    query('books.list', { inStock: true }, undefined, ', none in stock'),
    query('books.get', { bookId: books.first }),
    query('books.waitlist', { bookId: crowded.first }),
    query('books.waitlist', { bookId: deserted }, undefined, ', after all who cancelled'),
    mutation(
      'books.create',
      (round) => ({ title: `New ${round}`, author: 'Bench', priceCents: 1 }),
      () => boss,
    ),
    mutation(
      'books.update',
      (round) => ({ bookId: books.first, title: `Renamed ${round}` }),
      () => boss,
    ),
    mutation(
      'books.import',
      (round) => ({ rows: rows(round) }),
      () => boss,
    ),
    query('stock.preview', { bookId: crowded.first, quantity: 5 }, boss),
    mutation(
      'stock.set',
      (round) => ({ bookId: crowdedBook(round), quantity: 5 }),
      () => boss,
    ),
    mutation(
      'stock.adjust',
      (round) => ({ bookId: crowdedBook(round), delta: 1 }),
      () => boss,
    ),
    {
      name: 'stock.history',
      shot: (round) => trpcQuery('stock.history', { bookId: crowdedBook(round) }, boss),
    },
    mutation('prebooks.create', () => ({ bookId: crowded.first }), reader),
    query('prebooks.list', { limit: 100 }, collector.token),
    query('prebooks.list', { status: 'cancelled' }, collector.token, ', none of that status'),
    query('prebooks.get', { prebookId: collector.inTheCrowd }, collector.token),
    query('prebooks.get', { prebookId: collector.alone }, collector.token, ', behind all who cancelled'),
    mutation(
      'prebooks.cancel',
      (round) => ({ prebookId: collector.prebooks.first + round }),
      () => collector.token,
    ),
    query('demand.top', {}, boss),
    query('demand.waitlist', { bookId: crowded.first, limit: 100 }, boss),
    query('demand.waitlist', { bookId: deserted }, boss, ', after all who cancelled'),
    query('users.list', { limit: 100 }, boss),
    query('users.list', { query: 'nobody at all' }, boss, ', nobody found'),
    query('users.list', { role: 'admin' }, boss, ', admins'),
    mutation(
      'users.deactivate',
      (round) => ({ userId: crowd.first + round }),
      () => boss,
    ),
    mutation(
      'users.reactivate',
      (round) => ({ userId: crowd.first + round }),
      () => boss,
    ),
    query('deliveries.list', { state: 'failed', limit: 100 }, boss),
    mutation(
      'deliveries.redrive',
      () => ({ state: 'failed' }),
      () => boss,
    ),
    // The session goes: last of what a reader does.
    mutation(
      'auth.logout',
      () => ({}),
      (round) => readers.at(-1 - 2 * round)?.token ?? '',
    ),
    mutation(
      'auth.logoutEverywhere',
      () => ({}),
      (round) => readers.at(-2 - 2 * round)?.token ?? '',
    ),
  ]
}

/** The queries and mutations that none of the calls measures. */
export function proceduresWithoutCall(calls: WaitCall[]): string[] {
  const measured = new Set(calls.map(({ name }) => name.split(',')[0]))
  return procedureCalls().filter((path) => !measured.has(path))
}

/** The ISBN-13 with this number in it. */
function isbn13(number: number): string {
  const digits = `979${String(100_000_000 + number)}`
  const sum = digits
    .split('')
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
