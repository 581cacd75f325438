import type { Reader, StockMovementRow, Tx } from '../database.ts'
import { preparedInsert } from './prepared-insert.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

type NewMovement = Omit<StockMovementRow, 'id'>

function insertInto(tx: Tx, rows: Params<NewMovement>[]) {
  return tx.insertInto('stock_movements').values(
    rows.map((row) => ({
      book_id: row.book_id,
      delta: row.delta,
      quantity_after: row.quantity_after,
      actor_id: row.actor_id,
      token_id: row.token_id,
      note: row.note,
      created_at: row.created_at,
    })),
  )
}

const newMovement = preparedQuery((tx: Tx, params: Params<NewMovement>) =>
  insertInto(tx, [params]).returningAll(),
)

/** Records a change of a book's stock. Movements are append-only. */
export async function insertMovement(tx: Tx, movement: NewMovement): Promise<StockMovementRow> {
  const [row] = await newMovement(tx, movement)
  if (row === undefined) throw new Error('The movement was not inserted.')
  return row
}

const newMovements = preparedInsert(insertInto)

/** Like {@link insertMovement}, for several books. */
export async function insertMovements(tx: Tx, movements: readonly NewMovement[]): Promise<void> {
  await newMovements(tx, movements)
}

/** A movement with the account or the token that made it and the waitlist it closed, if any. */
export type MovementWithBroadcast = StockMovementRow & {
  /** Null when the account was erased, and if a token made it. */
  actor_email: string | null
  token_name: string | null
  waitlist_id: number | null
  notified_at: number | null
  notified_count: number | null
}

/** A page of a book's movements, newest first, before `beforeId`. */
export async function listMovements(
  reader: Reader,
  page: { bookId: number; beforeId: number | null; limit: number },
): Promise<MovementWithBroadcast[]> {
  let query = movementsWithBroadcast(reader)
    .where('stock_movements.book_id', '=', page.bookId)
    .orderBy('stock_movements.id', 'desc')
    .limit(page.limit)
  if (page.beforeId !== null) query = query.where('stock_movements.id', '<', page.beforeId)
  return query.execute()
}

/** A page of the movements that an account made, in the order of their ids, after `afterId`. */
export async function listMovementsBy(
  reader: Reader,
  page: { userId: number; afterId: number; limit: number },
): Promise<StockMovementRow[]> {
  return reader
    .selectFrom('stock_movements')
    .selectAll()
    .where('actor_id', '=', page.userId)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

/** A movement with its broadcast and its book. */
export type MovementOfBook = MovementWithBroadcast & { book_title: string; book_author: string }

/** A page of the movements of all books, in the order of their ids, after `afterId`. */
export async function listMovementsAfter(
  reader: Reader,
  page: { afterId: number; limit: number },
): Promise<MovementOfBook[]> {
  return movementsWithBroadcast(reader)
    .innerJoin('books', 'books.id', 'stock_movements.book_id')
    .select(['books.title as book_title', 'books.author as book_author'])
    .where('stock_movements.id', '>', page.afterId)
    .orderBy('stock_movements.id')
    .limit(page.limit)
    .execute()
}

/** The ids of the latest movements, newest first. */
export async function listLatestMovementIds(reader: Reader, limit: number): Promise<number[]> {
  const rows = await reader
    .selectFrom('stock_movements')
    .select('id')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

function movementsWithBroadcast(reader: Reader) {
  return reader
    .selectFrom('stock_movements')
    .leftJoin('users', 'users.id', 'stock_movements.actor_id')
    .leftJoin('api_tokens', 'api_tokens.id', 'stock_movements.token_id')
    .leftJoin('waitlists', 'waitlists.closed_by', 'stock_movements.id')
    .selectAll('stock_movements')
    .select([
      'users.email as actor_email',
      'api_tokens.name as token_name',
      'waitlists.id as waitlist_id',
      'waitlists.notified_at',
      'waitlists.notified_count',
    ])
}
