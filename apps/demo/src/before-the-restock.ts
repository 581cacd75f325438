import type { Book } from './fill-catalogue.ts'
import type { Person } from './people.ts'
import { lookAgain, NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

/** Four readers wait for the wanted book; one of them, and a fifth, for the other one. */
export async function readersPrebook(stage: Stage): Promise<ReaderPrebook[]> {
  const { screen, checks, readers, books } = stage
  const { Ada, Ben, Cleo, Dan, Eve } = readers
  screen.act(`${books.wanted.title} is sold out, so readers pre-book it`)

  const wishes: [Person, Book][] = [
    [Ada, books.wanted],
    [Ben, books.wanted],
    [Cleo, books.wanted],
    [Cleo, books.other],
    [Dan, books.wanted],
    [Eve, books.other],
  ]
  const places: ReaderPrebook[] = []
  // One after another, since the order in which they come is their order in the queue.
  for (const [reader, book] of wishes) {
    const prebook = await reader.client.prebooks.create.mutate({ bookId: book.id })
    checks.same(`the status of ${reader.name}'s pre-booking of ${book.title}`, prebook.status, 'waiting')
    checks.same(`the book that ${reader.name} pre-booked`, prebook.bookTitle, book.title)
    places.push({ reader, book, prebook })
  }
  screen.table(
    places.map(({ reader, prebook }) => [
      reader.name,
      `pre-books ${prebook.bookTitle}`,
      screen.status(prebook.status),
      `no. ${prebook.id}`,
    ]),
  )
  return places
}

/** What the API refuses, and the reason it gives to programs and to people. */
export async function refusals({ screen, checks, readers, books }: Stage): Promise<void> {
  const { Ada, Eve } = readers
  screen.act('What cannot be pre-booked is refused, with a reason')

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
  screen.tell()
  screen.tell(`${Eve.name} reads: ${inStock.message}`)
  screen.tell(`${Ada.name} reads: ${twice.message}`)
}

/** One reader leaves the queue, and those behind move up. */
export async function oneCancels(
  { screen, checks, readers, books }: Stage,
  places: ReaderPrebook[],
): Promise<void> {
  const { Ben } = readers
  const queue = places.filter(({ book }) => book.id === books.wanted.id)
  screen.act(`${Ben.name} cancels, and those behind him move up in the queue`)

  const before = await Promise.all(queue.map(lookAgain))
  for (const { reader, prebook } of queue) {
    if (reader !== Ben) continue
    const cancelled = await reader.client.prebooks.cancel.mutate({ prebookId: prebook.id })
    checks.same(`the status of ${reader.name}'s cancelled pre-booking`, cancelled.status, 'cancelled')
  }
  const after = await Promise.all(queue.map(lookAgain))

  const others = books.alreadyWaiting.wanted
  checks.same(
    'the queue at first',
    before.map(({ queuePosition }) => queuePosition),
    [others + 1, others + 2, others + 3, others + 4],
  )
  checks.same(
    `the queue without ${Ben.name}`,
    after.map(({ queuePosition }) => queuePosition),
    [others + 1, null, others + 2, others + 3],
  )
  screen.table(
    queue.map(({ reader }, index) => [
      reader.name,
      String(before[index]?.queuePosition ?? NOTHING),
      String(after[index]?.queuePosition ?? NOTHING),
      screen.status(String(after[index]?.status)),
    ]),
    ['reader', 'place before', 'place now', 'status'],
  )
}

/** What the admin sees: who waits for what, and what a delivery would do. */
export async function adminLooks({ screen, checks, admin, books }: Stage, copies: number): Promise<void> {
  screen.act('The admin sees what readers wait for')

  const demand = await admin.client.demand.top.query({ limit: 5 })
  const toBeTold = books.alreadyWaiting.wanted + 3
  checks.same(
    'what readers wait for',
    demand.items
      .filter(({ bookId }) => bookId === books.wanted.id || bookId === books.other.id)
      .map(({ bookTitle, waiting }) => [bookTitle, waiting]),
    [
      [books.wanted.title, toBeTold],
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
  checks.same('what a restock is called in advance', preview.transition, 'restocked')
  checks.same('how many a restock would notify', preview.wouldNotify, toBeTold)
  screen.tell()
  screen.tell(
    `Preview: with ${preview.quantityAfter} copies of ${preview.book.title}, ` +
      `${preview.wouldNotify} readers would be notified.`,
  )
}
