import { ensureOpenWaitlist, insertPrebook } from '@prebook/db'
import type { TestServer } from './server.ts'

/** Adds sold-out books that an account waits for, directly in the database. */
export async function addAwaitedBooks(
  { services }: TestServer,
  userId: number,
  count: number,
): Promise<void> {
  await services.store.write(async (tx) => {
    const book = { author: 'A', price_cents: 1, stock_quantity: 0, created_at: 1, updated_at: 1 }
    for (let index = 0; index < count; index += 1) {
      const added = await tx
        .insertInto('books')
        .values({ ...book, title: `T${index}`, search_text: `t${index}` })
        .returning('id')
        .executeTakeFirstOrThrow()
      const waitlistId = await ensureOpenWaitlist(tx, added.id, 1)
      await insertPrebook(tx, { waitlistId, userId, now: 1 })
    }
  })
}
