import type { Store } from '@prebook/db'

/** Resets a book to its state before the restock. */
export async function reopen(store: Store, bookId: number): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .updateTable('waitlists')
      .set({ notified_at: null, closed_by: null, notified_count: null, dispatched_at: null })
      .where('book_id', '=', bookId)
      .execute()
    await tx.updateTable('books').set({ stock_quantity: 0 }).where('id', '=', bookId).execute()
  })
}
