import type { BookRow, Tx } from '../database.ts'
import { preparedQuery, type Params } from './prepared-query.ts'

type Withdrawal = { bookId: number; withdrawnAt: number | null; successorId: number | null; now: number }

const withdrawalChange = preparedQuery((tx: Tx, params: Params<Withdrawal>) =>
  tx
    .updateTable('books')
    .set({
      withdrawn_at: params.withdrawnAt,
      successor_id: params.successorId,
      // It will not come.
      expected_on: null,
      expected_until: null,
      updated_at: params.now,
    })
    .where('id', '=', params.bookId)
    .returningAll(),
)

/**
 * Records that a book is withdrawn since a time, with its successor, or that it is not withdrawn. The caller must hold the
 * book's exclusive lock, and the successor's.
 */
export async function recordWithdrawal(tx: Tx, withdrawal: Withdrawal): Promise<BookRow> {
  const [book] = await withdrawalChange(tx, withdrawal)
  if (book === undefined) throw new Error(`There is no book ${withdrawal.bookId}.`)
  return book
}
