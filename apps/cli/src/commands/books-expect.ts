import type { RouterOutputs } from '@prebook/client'
import { formatExpectedDate } from '@prebook/client/expected-date'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { printJson, printSentence } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { countOf } from '../terminal/plural.ts'
import { findBookId } from './find-book.ts'

type Expected = RouterOutputs['books']['expect']

/**
 * `prebook books expect`: sets when a book is expected, or removes the date. Readers who wait get an e-mail when the date
 * has not changed again for a while.
 *
 * @param when a day, a month or a season (`2027-03-12`, `2027-03`, `2027-spring`), or `none`
 */
export async function expectBook(reference: string, when: string, options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const typed = when.trim().toLowerCase()
  const expectedOn = typed === 'none' ? null : typed
  const expected = await connection.call((client, request) =>
    client.books.expect.mutate({ bookId, expectedOn }, request),
  )
  if (options.json === true) printJson(expected)
  else printSentence(describe(expected))
}

function describe({ book, announcement }: Expected): string {
  const date =
    book.expectedOn === null
      ? plain`${book.title} has no expected date now.`
      : plain`${book.title} is expected: ${formatExpectedDate(book.expectedOn)}.`
  if (announcement === null) return `${date} No e-mails go out.`
  const { waiting, settlesAt } = announcement
  const mailed = waiting === 1 ? '1 waiting reader gets' : `${waiting} waiting readers get`
  return `${date} ${plain`${mailed}`} an e-mail ${delay(settlesAt)}, unless it changes again.`
}

/** The time until an announcement is sent: `in 15 minutes`. */
function delay(settlesAt: string): string {
  const minutes = Math.ceil((Date.parse(settlesAt) - Date.now()) / 60_000)
  return minutes < 1 ? 'now' : `in ${countOf(minutes, 'minute')}`
}
