import { randomUUID } from 'node:crypto'
import { styleText } from 'node:util'
import { isPrebookError, type RouterInputs, type RouterOutputs } from '@prebook/client'
import { parseBookReference, type BookReference } from '../book-reference.ts'
import { CommandError, NetworkError } from '../command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../connect.ts'
import { countOf } from '../count-of.ts'
import { localTime } from '../local-time.ts'
import { canAsk, print, printJson, remark } from '../output.ts'
import { plain, plainText } from '../plain-text.ts'
import { confirm } from '../prompts.ts'
import { transitionInWords } from '../transition-in-words.ts'

export type RestockOptions = GlobalOptions & { to: number; note?: string; yes?: boolean }

type Preview = RouterOutputs['stock']['preview']
type Change = RouterOutputs['stock']['set']

/**
 * `prebook restock`: shows what setting the stock would do, asks, and does it. The change is refused when the stock is
 * not any more what was shown.
 *
 * @throws CommandError `usage` when nobody can be asked and `--yes` is missing, `conflict` when the stock changed meanwhile
 */
export async function restock(reference: string, options: RestockOptions): Promise<void> {
  const named = parseBookReference(reference)
  if (options.yes !== true && !canAsk(options)) {
    const why =
      options.json === true ? 'With --json nobody is asked' : 'Without a terminal nobody can be asked'
    throw new CommandError('usage', `${why} to confirm the change.`, {
      remedy: 'Add --yes to make it all the same.',
    })
  }
  const connection = await connect(options)
  const bookId = await findBookId(connection, named)
  const preview = await connection.call((client, request) =>
    client.stock.preview.query({ bookId, quantity: options.to }, request),
  )
  if (options.json !== true) print(...describePreview(preview))
  if (options.yes !== true && preview.transition !== 'none') await confirm(question(preview))
  const change = await setStock(connection, {
    bookId,
    quantity: options.to,
    expectedQuantity: preview.book.stockQuantity,
    note: options.note ?? null,
    idempotencyKey: randomUUID(),
  })
  if (options.json === true) printJson({ preview, change })
  else print(describeChange(change))
}

async function findBookId({ call }: Connection, reference: BookReference): Promise<number> {
  if ('bookId' in reference) return reference.bookId
  try {
    const book = await call((client, request) => client.books.get.query(reference, request))
    return book.id
  } catch (error) {
    if (!isPrebookError(error, 'VALIDATION_ERROR')) throw error
    throw new CommandError('usage', `${reference.isbn} is not a valid ISBN: its check digit does not fit.`, {
      remedy: 'Look for a mistyped digit; an id this long is written with a #.',
    })
  }
}

/** Sets the stock; when the answer is lost, once more under the same key, which never changes it twice. */
async function setStock({ call }: Connection, input: RouterInputs['stock']['set']): Promise<Change> {
  const send = () => call((client, request) => client.stock.set.mutate(input, request))
  try {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error
      remark('The answer was lost: trying once more, which cannot change the stock twice.')
      return await send()
    }
  } catch (error) {
    if (isPrebookError(error, 'STOCK_CONFLICT')) {
      throw new CommandError('conflict', 'The stock has changed meanwhile, so this change was not made.', {
        remedy: 'Run the command again: it shows the stock as it is now.',
        cause: error,
      })
    }
    if (error instanceof NetworkError) {
      throw new NetworkError(`${error.message} Whether the stock was changed is unknown.`, {
        remedy: 'Run the command again later: it first shows the stock as it is.',
        cause: error.cause,
      })
    }
    throw error
  }
}

function describePreview({ book, quantityAfter, transition, wouldNotify }: Preview): string[] {
  const isbn = book.isbn === null ? '' : plain`, ISBN ${book.isbn}`
  const words = transitionInWords(transition, book.stockQuantity, quantityAfter)
  const label = (text: string) => styleText('dim', text.padEnd(7))
  return [
    styleText('bold', plainText(book.title)) + plain` by ${book.author} (#${book.id}${isbn})`,
    label('Stock') + plain`${book.stockQuantity} → ${quantityAfter}, ${words}`,
    label('Tells') + (wouldNotify === 0 ? 'nobody' : plainText(countOf(wouldNotify, 'waiting reader'))),
  ]
}

function question({ quantityAfter, wouldNotify }: Preview): string {
  if (wouldNotify === 0) return plain`Set the stock to ${quantityAfter}?`
  return plain`Set the stock to ${quantityAfter} and tell ${countOf(wouldNotify, 'reader')}?`
}

function describeChange({ book, movement, transition, broadcast }: Change): string {
  if (movement === null) return plain`Nothing changed: there are ${book.stockQuantity} in stock already.`
  const after = movement.quantityAfter
  const before = after - movement.delta
  const done = plain`Stock set to ${after}: ${transitionInWords(transition, before, after)}.`
  if (transition !== 'restocked') return done
  if (broadcast === null) return `${done} Nobody was waiting.`
  if (broadcast.notified === 0) return `${done} Nobody was waiting any more.`
  const told = `${countOf(broadcast.notified, 'reader')} ${broadcast.notified === 1 ? 'was' : 'were'}`
  return plain`${done} ${told} notified at ${localTime(broadcast.notifiedAt)}.`
}
