import { limits } from '@prebook/core'
import type { NotNull } from 'kysely'
import type { Reader } from '../database.ts'
import { isOpenWaitlist } from './open-waitlist-sql.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

/** A book by its ISBN, with what says whether it can be bought or pre-booked. */
export type AvailabilityRow = {
  id: number
  isbn: string
  title: string
  stock_quantity: number
  withdrawn_at: number | null
  /** When it is expected in stock, also when that is past. */
  expected_on: string | null
  /** How many wait; null when no waitlist is open. */
  waiting_count: number | null
}

const places = Array.from({ length: limits.availability.max }, (_, index) => `isbn${index}`)

const availabilityOf = preparedQuery((reader: Reader, params: Params<Record<string, string>>) =>
  reader
    .selectFrom('books')
    .leftJoin('waitlists', (join) => join.onRef('waitlists.book_id', '=', 'books.id').on(isOpenWaitlist))
    .select([
      'books.id',
      'books.isbn',
      'books.title',
      'books.stock_quantity',
      'books.withdrawn_at',
      'books.expected_on',
      'waitlists.waiting_count',
    ])
    .where((eb) =>
      eb(
        'books.isbn',
        'in',
        places.flatMap((place) => params[place] ?? []),
      ),
    )
    .$narrowType<{ isbn: NotNull }>(),
)

/** The books with these ISBNs (13 digits, at most 50), in no order. */
export async function findAvailability(reader: Reader, isbns: readonly string[]): Promise<AvailabilityRow[]> {
  const [first] = isbns
  if (first === undefined) return []
  // Padded, so that any number of ISBNs has the same statement.
  return availabilityOf(reader, Object.fromEntries(places.map((place, at) => [place, isbns[at] ?? first])))
}
