import { fetchPrebook, NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

/** Adding copies to a book that is in stock notifies no reader. */
export async function moreCopies(
  stage: Stage,
  placed: ReaderPrebook[],
  copies: number,
  notifiedAt: string,
): Promise<void> {
  const { screen, checks, admin, readers, books } = stage
  screen.act('More copies arrive: no one is notified again')

  const { book, movement, transition, broadcast } = await admin.client.stock.set.mutate({
    bookId: books.wanted.id,
    quantity: copies,
  })
  checks.same('the transition for more copies', transition, 'changed')
  checks.same('the broadcast for more copies', broadcast, null)
  const notified = placed.filter(
    ({ book: { id }, reader }) => id === books.wanted.id && reader !== readers.Ben,
  )
  const times = (await Promise.all(notified.map(fetchPrebook))).map((prebook) => prebook.notifiedAt)
  checks.same(
    'the notification times after more copies arrived',
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

/** The book sells out, which starts a new waitlist. Readers who were notified before may join it. */
export async function newSpell(
  { screen, checks, admin, readers, books }: Stage,
  notifiedAt: string,
): Promise<void> {
  const { Ada } = readers
  screen.act(`${books.wanted.title} sells out, and ${Ada.name} pre-books it again`)

  const { book, movement, transition } = await admin.client.stock.set.mutate({
    bookId: books.wanted.id,
    quantity: 0,
  })
  checks.same('the transition for selling out', transition, 'sold-out')
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
  screen.indented(
    `Stock ${-Number(movement?.delta)} → ${book.stockQuantity} (${transition}). ${Ada.name}'s list, newest first:`,
  )
  screen.indented()
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
