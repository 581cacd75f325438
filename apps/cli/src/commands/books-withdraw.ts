import type { RouterOutputs } from '@prebook/client'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { localTime } from '../terminal/local-time.ts'
import { print, printJson, printSentence } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { countOf } from '../terminal/plural.ts'
import { confirm } from '../terminal/prompts.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { bookHeading, bookLabel } from './describe-book.ts'
import { findBook, findBookId, type Book } from './find-book.ts'

export type BooksWithdrawOptions = GlobalOptions & { successor?: string; note?: string; yes?: boolean }

type Preview = RouterOutputs['books']['previewWithdrawal']
type Withdrawal = RouterOutputs['books']['withdraw']

/**
 * `prebook books withdraw`: shows how many readers are told that the book will not come, asks for confirmation and
 * withdraws it. Of a book that is withdrawn already, it changes the successor.
 *
 * @throws CommandError `usage` when `--yes` is missing and the command cannot prompt
 */
export async function withdrawBook(reference: string, options: BooksWithdrawOptions): Promise<void> {
  requireConfirmation(options)
  const connection = await connect(options)
  const book = await findBook(connection, reference, options)
  const successor = await readSuccessor(connection, options)
  const input = { bookId: book.id, ...successor }
  const preview = await connection.call((client, request) =>
    client.books.previewWithdrawal.query(input, request),
  )
  if (options.json !== true) print(...describePreview(book, preview))
  if (options.yes !== true) await confirm(question(book, preview))
  const withdrawal = await connection.call((client, request) =>
    client.books.withdraw.mutate(
      { ...input, ...(options.note !== undefined && { note: options.note }) },
      request,
    ),
  )
  if (options.json === true) printJson({ preview, withdrawal })
  else printSentence(describeWithdrawal(book, preview.successor, withdrawal))
}

/** `--successor ""` removes the successor. Without the option it stays. */
async function readSuccessor(
  connection: Connection,
  options: BooksWithdrawOptions,
): Promise<{ successorId?: number | null }> {
  const { successor } = options
  if (successor === undefined) return {}
  return {
    successorId: successor.trim() === '' ? null : await findBookId(connection, successor, options),
  }
}

function describePreview(book: Book, { waiting, successor }: Preview): string[] {
  return [
    bookHeading(book),
    ...describeList([
      ['Withdrawn', book.withdrawnAt === null ? null : localTime(book.withdrawnAt)],
      ['Stock', book.inStock ? plain`${book.stockQuantity}` : null],
      ['Successor', successor === null ? 'none' : bookLabel(successor) + availability(successor)],
      ['Tells', toldText(waiting)],
    ]),
  ]
}

function availability({ inStock }: Book): string {
  return inStock ? ', in stock' : ', sold out: readers can pre-book it'
}

function toldText(waiting: number): string {
  return waiting === 0 ? 'no readers' : plainText(`${people(waiting)} that it will not come`)
}

function question({ withdrawnAt }: Book, { waiting }: Preview): string {
  if (withdrawnAt !== null) return 'It is withdrawn already. Change the successor?'
  return waiting === 0
    ? 'Withdraw it?'
    : plain`Withdraw it and tell ${people(waiting)} that it will not come?`
}

function describeWithdrawal(
  before: Book,
  successor: Book | null,
  { book, waitlistClosed }: Withdrawal,
): string {
  const next = successor === null ? 'It has no successor.' : `Its successor is ${bookLabel(successor)}.`
  if (before.withdrawnAt !== null) return plain`${book.title} was withdrawn already. ${next}`
  if (book.inStock) {
    return plain`Withdrew ${book.title}. It cannot be pre-booked once the ${countOf(book.stockQuantity, 'copy', 'copies')} are sold. ${next}`
  }
  if (waitlistClosed === null) return plain`Withdrew ${book.title}. No readers were waiting. ${next}`
  const { cancelled, withdrawnAt } = waitlistClosed
  return plain`Withdrew ${book.title}. Told ${people(cancelled)} at ${localTime(withdrawnAt)}. ${next}`
}

function people(count: number): string {
  return countOf(count, 'reader')
}
