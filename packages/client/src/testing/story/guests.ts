import { PASSWORD, type Cast } from './cast.ts'

const GUEST = 'guest@example.org'

/** A guest pre-books by e-mail, sets a password and erases the account. Ada pre-books by e-mail what she waits for already. */
export async function tellGuests(cast: Cast): Promise<void> {
  const { shop, step, signIn, anonymous, admin, ada } = cast
  const { challenge, request, confirm } = anonymous.prebooks
  const isbn = '9780141439549'

  const created = await step('create a book for guests', () =>
    admin.books.create.mutate({ title: 'Mansfield Park', author: 'Jane Austen', priceCents: 800, isbn }),
  )
  const wish = { bookId: created.id, email: GUEST }
  await step('challenge', () => challenge.query())
  await step('request, no book', () => request.mutate({ bookId: 99, email: GUEST }))
  await step('request, no ISBN', () => request.mutate({ isbn: '9783161484100', email: GUEST }))
  await step('request, neither', () => request.mutate({ email: GUEST }))
  await step('request, bad', () => request.mutate({ ...wish, isbn, email: 'nowhere', locale: 'xx' } as never))
  await step('request by a program', () => request.mutate({ ...wish, website: 'https://spam.example' }))
  await step('stock for guests', () => admin.stock.set.mutate({ bookId: created.id, quantity: 1 }))
  await step('request, in stock', () => request.mutate({ isbn, email: GUEST }))
  await step('sold out', () => admin.stock.set.mutate({ bookId: created.id, quantity: 0 }))
  await step('withdraw from guests', () => admin.books.withdraw.mutate({ bookId: created.id }))
  await step('request, withdrawn', () => request.mutate(wish))
  await step('reinstate for guests', () => admin.books.reinstate.mutate({ bookId: created.id }))

  // Another address, because a request by a program counts, too.
  await step('request of another', () => request.mutate({ isbn, email: 'other@example.org' }))
  const other = await shop.mailedToken('other@example.org', 1)
  await step('nothing is stored', () => admin.users.list.query({ query: 'other@' }))
  await step('confirm nothing', () => confirm.mutate({ token: 'confirm-99' }))
  await step('confirm', () => confirm.mutate({ token: other }))
  await step('confirm again', () => confirm.mutate({ token: other }))
  await step('the account of the guest', () => admin.users.list.query({ query: 'other@' }))
  await step('the queue with the guest', () => admin.demand.waitlist.query({ bookId: created.id }))
  await step('availability with the guest', () => anonymous.books.availability.query({ isbn: [isbn] }))

  await step('prebook, a reader', () => ada.prebooks.create.mutate({ bookId: created.id }))
  await step('request, a reader', () => request.mutate({ isbn, email: 'ada@example.org', locale: 'de' }))
  const again = await shop.mailedToken('ada@example.org', 2)
  await step('confirm, a reader', () => confirm.mutate({ token: again }))

  await step('register, a guest', () =>
    anonymous.auth.register.mutate({ email: 'other@example.org', password: PASSWORD }),
  )
  const password = await shop.mailedToken('other@example.org', 2)
  await step('set a password', () =>
    anonymous.auth.resetPassword.mutate({ token: password, password: PASSWORD }),
  )
  const reader = await signIn('other@example.org')
  await step('pre-bookings of before', () => reader.prebooks.list.query({}))
  await step('account of before', () => reader.account.get.query())
  await step('consents of before', async () => (await reader.account.export.query()).consents)
  await step('cancel as a reader', async () => {
    const [prebook] = (await reader.prebooks.list.query({})).items
    return reader.prebooks.cancel.mutate({ prebookId: prebook?.id ?? 0 })
  })
  await step('confirm after the cancellation', () => confirm.mutate({ token: other }))
  await step('erase the former guest', () => reader.account.erase.mutate({ password: PASSWORD }))
  await step('confirm after the erasure', () => confirm.mutate({ token: other }))
}
