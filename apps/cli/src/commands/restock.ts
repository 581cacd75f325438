import { randomUUID } from 'node:crypto'
import { styleText } from 'node:util'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { CommandError, NetworkError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { requireConsent } from '../terminal/consent.ts'
import { countOf } from '../terminal/count-of.ts'
import { findBookId } from './find-book.ts'
import { listenForInterruption } from '../terminal/interruption.ts'
import { localTime } from '../terminal/local-time.ts'
import { print, printJson, printSentence, remark } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { confirm } from '../terminal/prompts.ts'
import { sendOnceMore } from '../session/repeat.ts'
import { transitionInWords } from '../terminal/transition-in-words.ts'

export type RestockOptions = GlobalOptions & { to?: number; by?: number; note?: string; yes?: boolean }

/** What the stock is to become: a quantity, or so many copies more or fewer. */
type Wish = { quantity: number } | { delta: number }

type Preview = RouterOutputs['stock']['preview']
type Change = RouterOutputs['stock']['set']

/**
 * `prebook restock`: shows what changing the stock would do, asks, and does it. The change is refused when the stock is
 * not any more what was shown.
 *
 * @throws CommandError `usage` when it is not clear what to do, or nobody can be asked and `--yes` is missing; `conflict`
 *   when the stock changed meanwhile
 */
export async function restock(reference: string, options: RestockOptions): Promise<void> {
  const wish = readWish(options)
  requireConsent(options)
  const connection = await connect(options)
  const bookId = await findBookId(connection, reference, options)
  const preview = await connection.call((client, request) =>
    client.stock.preview.query({ bookId, ...wish }, request),
  )
  if (options.json !== true) print(...describePreview(preview))
  if (options.yes !== true && preview.transition !== 'none') await confirm(question(preview))
  const change = await changeStock(connection, wish, {
    bookId,
    expectedQuantity: preview.book.stockQuantity,
    note: options.note ?? null,
    idempotencyKey: randomUUID(),
  })
  if (options.json === true) printJson({ preview, change })
  else printSentence(describeChange(change))
}

function readWish({ to, by }: RestockOptions): Wish {
  if (to !== undefined && by === undefined) return { quantity: to }
  if (by !== undefined && to === undefined) return { delta: by }
  throw new CommandError('usage', 'Say what the stock is to become: either --to <n> or --by <n>.', {
    remedy: '--to 5 makes it 5; --by 5 adds five copies, --by -5 takes five away.',
  })
}

type ChangeInput = { bookId: number; expectedQuantity: number; note: string | null; idempotencyKey: string }

/** What is said when nobody knows whether the change was made, and what to do then. */
const UNKNOWN = 'Whether the stock was changed is unknown.'
const LOOK_AGAIN = 'Run the command again later: it first shows the stock as it is.'

/** Changes the stock; when the answer is lost, asks once more under the same key, which never changes it twice. */
async function changeStock({ call }: Connection, wish: Wish, input: ChangeInput): Promise<Change> {
  const send = () =>
    call((client, request) =>
      'quantity' in wish
        ? client.stock.set.mutate({ ...input, ...wish }, request)
        : client.stock.adjust.mutate({ ...input, ...wish }, request),
    )
  using _ = listenForInterruption(remark, () => `${UNKNOWN} ${LOOK_AGAIN}`)
  try {
    return await sendOnceMore(send, () =>
      remark('The answer was lost: trying once more, which cannot change the stock twice.'),
    )
  } catch (error) {
    if (isPrebookError(error, 'STOCK_CONFLICT')) {
      throw new CommandError('conflict', 'The stock has changed meanwhile, so this change was not made.', {
        remedy: 'Run the command again: it shows the stock as it is now.',
        cause: error,
      })
    }
    if (error instanceof NetworkError) {
      throw new NetworkError(`${error.message} ${UNKNOWN}`, {
        remedy: LOOK_AGAIN,
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
