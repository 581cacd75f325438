import type { Book } from './fill-catalogue.ts'
import type { Person } from './people.ts'
import { fetchPrebook, NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

/** Four readers pre-book the wanted book. One of them and a fifth reader pre-book another one. */
export async function readersPrebook(stage: Stage): Promise<ReaderPrebook[]> {
  const { screen, checks, readers, books } = stage
  const { Ada, Ben, Cleo, Dan, Eve } = readers
  screen.act(`${books.wanted.title} is sold out, so readers pre-book it`)

  const choices: [Person, Book][] = [
    [Ada, books.wanted],
    [Ben, books.wanted],
    [Cleo, books.wanted],
    [Cleo, books.other],
    [Dan, books.wanted],
    [Eve, books.other],
  ]
  const placed: ReaderPrebook[] = []
  // One after another, because the order of the requests is the order in the queue.
  for (const [reader, book] of choices) {
    const prebook = await reader.client.prebooks.create.mutate({ bookId: book.id })
    checks.same(`the status of ${reader.name}'s pre-booking of ${book.title}`, prebook.status, 'waiting')
    checks.same(`the book that ${reader.name} pre-booked`, prebook.bookTitle, book.title)
    placed.push({ reader, book, prebook })
  }
  screen.table(
    placed.map(({ reader, prebook }) => [
      reader.name,
      `pre-books ${prebook.bookTitle}`,
      screen.status(prebook.status),
      `no. ${prebook.id}`,
    ]),
  )
  return placed
}

/** Requests that the API refuses, each with a reason for programs and a message for people. */
export async function refusals({ screen, checks, readers, books }: Stage): Promise<void> {
  const { Ada, Eve } = readers
  screen.act('The API refuses invalid pre-bookings and says why')

  const inStock = await checks.refused(
    `${Eve.name} pre-books ${books.inStock.title}, which is in stock`,
    Eve.client.prebooks.create.mutate({ bookId: books.inStock.id }),
    'PREBOOK_BOOK_IN_STOCK',
  )
  const twice = await checks.refused(
    `${Ada.name} pre-books ${books.wanted.title} twice`,
    Ada.client.prebooks.create.mutate({ bookId: books.wanted.id }),
    'PREBOOK_DUPLICATE',
  )
  screen.table([
    [Eve.name, `pre-books ${books.inStock.title}`, screen.style('red', inStock.data.reason)],
    [Ada.name, `pre-books ${books.wanted.title} again`, screen.style('red', twice.data.reason)],
  ])
  screen.indented()
  screen.indented(`${Eve.name} sees: ${inStock.message}`)
  screen.indented(`${Ada.name} sees: ${twice.message}`)
}

/** One reader cancels, and the readers behind move up in the queue. */
export async function oneCancels(
  { screen, checks, readers, books }: Stage,
  placed: ReaderPrebook[],
): Promise<void> {
  const { Ben } = readers
  const queue = placed.filter(({ book }) => book.id === books.wanted.id)
  screen.act(`${Ben.name} cancels, and the readers behind him move up`)

  const before = await Promise.all(queue.map(fetchPrebook))
  for (const { reader, prebook } of queue) {
    if (reader !== Ben) continue
    const cancelled = await reader.client.prebooks.cancel.mutate({ prebookId: prebook.id })
    checks.same(`the status of ${reader.name}'s cancelled pre-booking`, cancelled.status, 'cancelled')
  }
  const after = await Promise.all(queue.map(fetchPrebook))

  const ahead = books.alreadyWaiting.wanted
  checks.same(
    'the queue at first',
    before.map(({ queuePosition }) => queuePosition),
    [ahead + 1, ahead + 2, ahead + 3, ahead + 4],
  )
  checks.same(
    `the queue without ${Ben.name}`,
    after.map(({ queuePosition }) => queuePosition),
    [ahead + 1, null, ahead + 2, ahead + 3],
  )
  screen.table(
    queue.map(({ reader }, index) => [
      reader.name,
      String(before[index]?.queuePosition ?? NOTHING),
      String(after[index]?.queuePosition ?? NOTHING),
      screen.status(String(after[index]?.status)),
    ]),
    ['reader', 'position before', 'after', 'status'],
  )
}

/** The admin's view: the demand per book, and a preview of a restock. */
export async function adminChecksDemand(
  { screen, checks, admin, books }: Stage,
  copies: number,
): Promise<void> {
  screen.act('The admin checks demand')

  const demand = await admin.client.demand.top.query({ limit: 5 })
  const wouldNotify = books.alreadyWaiting.wanted + 3
  checks.same(
    'the demand',
    demand.items
      .filter(({ bookId }) => bookId === books.wanted.id || bookId === books.other.id)
      .map(({ bookTitle, waiting }) => [bookTitle, waiting]),
    [
      [books.wanted.title, wouldNotify],
      [books.other.title, books.alreadyWaiting.other + 2],
    ],
  )
  screen.table(
    demand.items.map(({ bookTitle, waiting, joinedLately, since }) => [
      bookTitle,
      String(waiting),
      String(joinedLately),
      since.slice(0, 10),
    ]),
    ['book', 'waiting', 'this week', 'since'],
  )

  const preview = await admin.client.stock.preview.query({ bookId: books.wanted.id, quantity: copies })
  checks.same('the previewed transition', preview.transition, 'restocked')
  checks.same('the previewed number of notified readers', preview.wouldNotify, wouldNotify)
  screen.indented()
  screen.indented(
    `Preview: with ${preview.quantityAfter} copies of ${preview.book.title}, ` +
      `${preview.wouldNotify} readers would be notified.`,
  )
}
