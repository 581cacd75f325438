/* Every entry point in a CommonJS file. Only the types are checked. `types.cts` is a copy of types.ts. */
import { createClient, isPrebookError, type PrebookClient } from '@prebook/client'
import email = require('@prebook/client/email')
import { limits } from '@prebook/client/limits'
import { formatPrice } from '@prebook/client/price'
import { isWellFormedToken } from '@prebook/client/token'

export const client: PrebookClient = createClient({ url: 'https://books.example.org' })
export const parsed: string | undefined = Object.values(email.parseEmail('reader@example.org'))[0]
export const price: string = formatPrice(limits.price.max, 'EUR')
export const isToken: boolean = isWellFormedToken('pbk_')

export async function isTaken(bookId: number): Promise<boolean> {
  const { id } = await client.books.get.query({ bookId })
  // @ts-expect-error: ids are numbers
  id satisfies string
  return client.prebooks.create.mutate({ bookId: id }).then(
    () => false,
    (error: unknown) => isPrebookError(error, 'PREBOOK_DUPLICATE'),
  )
}
