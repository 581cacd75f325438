import { trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import type { Shop } from '../shop/fill-shop.ts'
import { isbn13 } from '../shop/isbn13.ts'
import type { LongLists } from '../shop/long-lists.ts'
import { procedureCalls } from './procedure-list.ts'

const NEXT_YEAR = new Date().getUTCFullYear() + 1

/** A call of a procedure at its most expensive. `round` starts at 0 and never repeats. */
export type WaitCall = { name: string; shot: (round: number) => Shot; expect?: number[] }

/** The calls to measure: at least one for each procedure whose cost may grow, on the longest lists there are. */
export function waitCalls({ readers, admin, books }: Shop, lists: LongLists): WaitCall[] {
  const { crowded, deserted, collector, crowd } = lists
  const adminToken = admin.token
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
    query('books.list', { query: 'no such title' }, undefined, ', no match'),
    query('books.list', { inStock: true }, undefined, ', none in stock'),
    query('books.get', { bookId: books.first }),
    query('books.waitlist', { bookId: crowded.first }),
    query('books.waitlist', { bookId: deserted }, undefined, ', all cancelled'),
    mutation(
      'books.create',
      (round) => ({ title: `New ${round}`, author: 'Bench', priceCents: 1 }),
      () => adminToken,
    ),
    mutation(
      'books.update',
      (round) => ({ bookId: books.first, title: `Renamed ${round}` }),
      () => adminToken,
    ),
    mutation(
      'books.expect',
      (round) => ({ bookId: crowded.first, expectedOn: `${NEXT_YEAR}-0${(round % 9) + 1}` }),
      () => adminToken,
    ),
    query('books.overdue', {}, adminToken),
    mutation(
      'books.import',
      (round) => ({ rows: rows(round) }),
      () => adminToken,
    ),
    query('stock.preview', { bookId: crowded.first, quantity: 5 }, adminToken),
    mutation(
      'stock.set',
      (round) => ({ bookId: crowdedBook(round), quantity: 5 }),
      () => adminToken,
    ),
    mutation(
      'stock.adjust',
      (round) => ({ bookId: crowdedBook(round), delta: 1 }),
      () => adminToken,
    ),
    {
      name: 'stock.history',
      shot: (round) => trpcQuery('stock.history', { bookId: crowdedBook(round) }, adminToken),
    },
    mutation('prebooks.create', () => ({ bookId: crowded.first }), reader),
    query('prebooks.list', { limit: 100 }, collector.token),
    query('prebooks.list', { status: 'cancelled' }, collector.token, ', no match'),
    query('prebooks.get', { prebookId: collector.inTheCrowd }, collector.token),
    query('prebooks.get', { prebookId: collector.alone }, collector.token, ', behind cancelled prebooks'),
    mutation(
      'prebooks.cancel',
      (round) => ({ prebookId: collector.prebooks.first + round }),
      () => collector.token,
    ),
    query('demand.top', {}, adminToken),
    query('demand.waitlist', { bookId: crowded.first, limit: 100 }, adminToken),
    query('demand.waitlist', { bookId: deserted }, adminToken, ', all cancelled'),
    query('users.list', { limit: 100 }, adminToken),
    query('users.list', { query: 'no such reader' }, adminToken, ', no match'),
    query('users.list', { role: 'admin' }, adminToken, ', admins'),
    mutation(
      'users.deactivate',
      (round) => ({ userId: crowd.first + round }),
      () => adminToken,
    ),
    mutation(
      'users.reactivate',
      (round) => ({ userId: crowd.first + round }),
      () => adminToken,
    ),
    query('deliveries.list', { state: 'failed', limit: 100 }, adminToken),
    mutation(
      'deliveries.redrive',
      () => ({ state: 'failed' }),
      () => adminToken,
    ),
    // These end the session, so they come last.
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
