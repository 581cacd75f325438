import { connect, type GlobalOptions } from '../session/connect.ts'
import { printJson, printSentence } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { findBook } from './find-book.ts'

/** `prebook books reinstate`: lets readers pre-book a withdrawn book again. Cancelled pre-bookings stay cancelled. */
export async function reinstateBook(reference: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const before = await findBook(connection, reference, options)
  const book = await connection.call((client, request) =>
    client.books.reinstate.mutate({ bookId: before.id }, request),
  )
  if (options.json === true) return printJson(book)
  if (before.withdrawnAt === null) printSentence(plain`Nothing to do: ${book.title} is not withdrawn.`)
  else if (book.inStock) printSentence(plain`Reinstated ${book.title}, which is in stock.`)
  else printSentence(plain`Reinstated ${book.title}. Readers can pre-book it again.`)
}
