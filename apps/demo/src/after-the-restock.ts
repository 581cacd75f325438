import { lookAgain, NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

/** More copies of a book that is in stock are news to nobody. */
export async function moreCopies(
  stage: Stage,
  places: ReaderPrebook[],
  copies: number,
  notifiedAt: string,
): Promise<void> {
  const { screen, checks, admin, readers, books } = stage
  screen.act('More copies notify nobody: once notified is final')

  const { book, movement, transition, broadcast } = await admin.client.stock.set.mutate({
    bookId: books.wanted.id,
    quantity: copies,
  })
  checks.same('what more copies did', transition, 'changed')
  checks.same('the broadcast of more copies', broadcast, null)
  const notified = places.filter((place) => place.book.id === books.wanted.id && place.reader !== readers.Ben)
  const times = (await Promise.all(notified.map(lookAgain))).map((prebook) => prebook.notifiedAt)
  checks.same(
    'the times after more copies came',
    times,
    notified.map(() => notifiedAt),
  )
  const unchanged = [...new Set(times)].join(', ')
  screen.table([
    ['stock', `${book.stockQuantity - Number(movement?.delta)} → ${book.stockQuantity} (${transition})`],
    ['broadcast', broadcast === null ? 'none' : `${broadcast.notified} readers`],
    [notified.map(({ reader }) => reader.name).join(', '), `still notified at ${unchanged}`],
  ])
}

/** The book sells out, and a new spell begins: whoever was notified in the last one may wait again. */
export async function newSpell(
  { screen, checks, admin, readers, books }: Stage,
  notifiedAt: string,
): Promise<void> {
  const { Ada } = readers
  screen.act(`${books.wanted.title} sells out, and ${Ada.name} pre-books it once more`)

  const { book, movement, transition } = await admin.client.stock.set.mutate({
    bookId: books.wanted.id,
    quantity: 0,
  })
  checks.same('what selling out did', transition, 'sold-out')
  const again = await Ada.client.prebooks.create.mutate({ bookId: book.id })
  const { items } = await Ada.client.prebooks.list.query({})
  checks.same(
    `${Ada.name}'s pre-bookings`,
    items.map(({ status, notifiedAt: time }) => [status, time]),
    [
      ['waiting', null],
      ['notified', notifiedAt],
    ],
  )
  checks.same(`${Ada.name}'s newest pre-booking`, items[0]?.id, again.id)
  screen.tell(
    `Stock ${-Number(movement?.delta)} → ${book.stockQuantity} (${transition}). ${Ada.name}'s list, newest first:`,
  )
  screen.tell()
  screen.table(
    items.map((prebook) => [
      `no. ${prebook.id}`,
      prebook.bookTitle,
      screen.status(prebook.status),
      prebook.notifiedAt ?? NOTHING,
    ]),
    ['', 'book', 'status', 'notified at'],
  )
}
