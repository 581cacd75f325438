import { expectedDateProblem, type BookImportRow, type ValidationIssue } from '@prebook/core'
import { findBook, type BookRow, type ChangeEvent, type Tx } from '@prebook/db'
import type { ActorContext } from '../context.ts'
import { auditExpectedDate, changeExpectedDate, expectedDateEvent } from './change-expected-date.ts'
import { reinstateBook } from './reinstate-book.ts'
import { withdrawalEvent, withdrawBook } from './withdraw-book.ts'

/*
 * What an import changes of a book besides its catalogue data: whether it is withdrawn, and when it is expected. The meaning of
 * availabilities is in docs/decisions/0056-what-an-import-says-of-availability.md.
 */

/** What the rows of a book ask for. Of several rows, the last one that says something counts. */
type Life = {
  /** The row that the outcome belongs to. */
  index: number
  isbn: string
  withdraws: boolean
  reinstates: boolean
  /** The new date; undefined to keep it, null to remove it. */
  expectedOn: string | null | undefined
  successor: string | undefined
}

/** The lives to change, and the problems of rows by their index. */
export type LivesPlan = { lives: Life[]; issues: Map<number, ValidationIssue[]> }

/** What a row did to the life of its book. */
export type LifeOutcome = { cancelled: number | null; announcedTo: number | null; reinstated: boolean }

/** Whether a row says anything about the life of its book. */
export function concernsLife(row: BookImportRow): boolean {
  return row.expected !== undefined || row.availability !== undefined
}

/**
 * Decides what the rows change, before anything is written, so that a row with a problem changes nothing.
 *
 * @param rows the valid rows by their index
 * @param known the books of the rows and their successors, by ISBN
 * @param today the day in the time zone of the shop
 */
export function planLives(
  rows: ReadonlyMap<number, BookImportRow>,
  known: ReadonlyMap<string, BookRow>,
  today: string,
): LivesPlan {
  const lives = new Map<string, Life>()
  for (const [index, row] of rows)
    if (concernsLife(row)) lives.set(row.isbn, lifeOf(index, row, lives.get(row.isbn)))
  const issues = new Map<number, ValidationIssue[]>()
  /** Whether a book is withdrawn after the import. A row with a problem changes nothing. */
  const isWithdrawn = (isbn: string) => {
    const life = lives.get(isbn)
    if (life === undefined || issues.has(life.index)) return isWithdrawnNow(known.get(isbn))
    return life.withdraws || (!life.reinstates && isWithdrawnNow(known.get(isbn)))
  }
  const addIssue = (index: number, issue: ValidationIssue | null) => {
    if (issue !== null) issues.set(index, [...(issues.get(index) ?? []), issue])
  }
  for (const life of lives.values()) {
    // A withdrawn title has no date, and feeds go on sending it.
    if (isWithdrawn(life.isbn)) life.expectedOn = undefined
    addIssue(life.index, dateIssue(life.expectedOn, known.get(life.isbn), today))
  }
  const added = new Set([...rows].flatMap(([index, { isbn }]) => (issues.has(index) ? [] : [isbn])))
  for (const { index, isbn, successor } of lives.values()) {
    if (successor === undefined) continue
    const exists = known.has(successor) || added.has(successor)
    addIssue(index, successorIssue(isbn, successor, { exists, isWithdrawn: isWithdrawn(successor) }))
  }
  const changed = [...lives.values()].filter((life) => !issues.has(life.index) && changes(life, known))
  return { lives: changed, issues }
}

function lifeOf(index: number, row: BookImportRow, before: Life | undefined): Life {
  const { isbn, availability, expected, successor } = row
  const postponed = availability?.meaning === 'postponed' ? null : undefined
  const said = expected === undefined ? postponed : expected
  const expectedOn = said === undefined ? before?.expectedOn : said
  if (availability === undefined && before !== undefined) return { ...before, index, expectedOn }
  return {
    index,
    isbn,
    withdraws: availability?.meaning === 'withdrawn',
    reinstates: availability?.reinstates === true,
    expectedOn,
    successor,
  }
}

function isWithdrawnNow(book: BookRow | undefined): boolean {
  return book !== undefined && book.withdrawn_at !== null
}

function dateIssue(
  expectedOn: string | null | undefined,
  book: BookRow | undefined,
  today: string,
): ValidationIssue | null {
  // A date that the book has already stays as it is, also once it is past, so that an import can be repeated.
  if (expectedOn === undefined || expectedOn === null || expectedOn === book?.expected_on) return null
  const message = expectedDateProblem(expectedOn, today)
  return message === null ? null : { path: 'expected', message }
}

function successorIssue(
  isbn: string,
  successor: string,
  { exists, isWithdrawn }: { exists: boolean; isWithdrawn: boolean },
): ValidationIssue | null {
  const message =
    successor === isbn
      ? 'A title cannot replace itself. Name another one.'
      : exists
        ? isWithdrawn && 'That title is withdrawn itself. Name another one, or none.'
        : 'No book of the catalogue or of this request has this ISBN. Add it first.'
  return message === false ? null : { path: 'successor', message }
}

/** Whether a life differs from the book as it is. */
function changes(
  { isbn, withdraws, reinstates, expectedOn, successor }: Life,
  known: ReadonlyMap<string, BookRow>,
): boolean {
  const book = known.get(isbn)
  if (book === undefined) return withdraws || (expectedOn ?? null) !== null
  const isWithdrawn = isWithdrawnNow(book)
  const replaces = successor !== undefined && known.get(successor)?.id !== book.successor_id
  return (
    (withdraws && (!isWithdrawn || replaces)) ||
    (reinstates && isWithdrawn) ||
    (expectedOn !== undefined && expectedOn !== book.expected_on)
  )
}

/** The ids of the books that a plan changes or names as successors: they must be locked. New ones cannot be. */
export function booksOf({ lives }: LivesPlan, known: ReadonlyMap<string, BookRow>): number[] {
  const isbns = lives.flatMap(({ isbn, successor }) => [
    isbn,
    ...(successor === undefined ? [] : [successor]),
  ])
  return [...new Set(isbns.flatMap((isbn) => known.get(isbn)?.id ?? []))]
}

/**
 * Changes the lives of books. Reinstated books come first, because a withdrawn one may name them as its successor.
 *
 * @param tx holds the exclusive locks on {@link booksOf}
 * @param ids the id of each book of the rows and their successors, by ISBN
 * @returns the outcomes by the index of their rows, and the events to publish after the commit
 */
export async function changeLives(
  context: ActorContext,
  tx: Tx,
  { lives }: LivesPlan,
  ids: ReadonlyMap<string, number>,
): Promise<{ outcomes: Map<number, LifeOutcome>; events: ChangeEvent[] }> {
  const outcomes = new Map<number, LifeOutcome>()
  const events: ChangeEvent[] = []
  const publish = (event: ChangeEvent | null) => event !== null && events.push(event)
  for (const life of lives)
    outcomes.set(life.index, { cancelled: null, announcedTo: null, reinstated: false })
  const note = ({ index }: Life, some: Partial<LifeOutcome>) => Object.assign(outcomes.get(index) ?? {}, some)
  const idOf = (isbn: string) => {
    const id = ids.get(isbn)
    if (id === undefined) throw new Error(`No book has the ISBN ${isbn}.`)
    return id
  }
  for (const life of lives) {
    if (!life.reinstates) continue
    await reinstateBook(context, tx, idOf(life.isbn))
    note(life, { reinstated: true })
  }
  for (const life of lives) {
    if (!life.withdraws) continue
    const successorId = life.successor === undefined ? undefined : idOf(life.successor)
    const withdrawal = await withdrawBook(context, tx, { bookId: idOf(life.isbn), successorId })
    note(life, { cancelled: withdrawal.waitlistClosed?.cancelled ?? 0 })
    publish(withdrawalEvent(withdrawal))
  }
  for (const life of lives) {
    if (life.expectedOn === undefined) continue
    const { announcedTo, event } = await expect(context, tx, idOf(life.isbn), life.expectedOn)
    note(life, { announcedTo })
    publish(event)
  }
  return { outcomes, events }
}

async function expect(
  context: ActorContext,
  tx: Tx,
  bookId: number,
  expectedOn: string | null,
): Promise<{ announcedTo: number | null; event: ChangeEvent | null }> {
  const before = await findBook(tx, bookId)
  if (before === undefined || before.expected_on === expectedOn) return { announcedTo: null, event: null }
  const change = await changeExpectedDate(context.services, tx, before, expectedOn)
  await auditExpectedDate(context, tx, before, expectedOn)
  return { announcedTo: change.announcement?.waiting ?? 0, event: expectedDateEvent(change) }
}
