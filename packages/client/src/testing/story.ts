import { WAIT } from '@prebook/testing/bounds'
import { expect, vi } from 'vitest'
import { memoryStorage, type ClientOptions, type PrebookClient } from '../index.ts'

/** A shop in which the story happens: a real service, or a fake. */
export type StoryShop = {
  url: string
  fetch: typeof fetch
  createClient: (options?: Omit<ClientOptions, 'url' | 'fetch'>) => PrebookClient
  admin: { email: string; password: string }
  /** Resolves to the token of the link that was mailed last to an address, once `count` such mails have arrived. */
  mailedToken: (email: string, count: number) => Promise<string>
  refuseMailTo: (email: string) => void
  now: () => number
  /** Lets time pass, if the shop has a clock of its own. */
  tick: () => void
}

/** What happened in a step: the answer, or the refusal. */
export type Step = { step: string; answer?: unknown; refusal?: unknown }

const PASSWORD = 'correct horse battery'

/** Tells one long story, and returns every answer and refusal in it, with what differs from shop to shop left out. */
export async function tellStory(shop: StoryShop): Promise<Step[]> {
  const { steps, step } = recorder(shop)

  async function raw(name: string, path: string, init: RequestInit = {}): Promise<void> {
    const response = await shop.fetch(`${shop.url}/trpc/${path}`, init)
    const body = (await response.json()) as Body | Body[]
    const bodies = Array.isArray(body) ? body : [body]
    const found = bodies.map(({ error }) => error?.data.reason ?? 'none')
    steps.push({ step: name, answer: { status: response.status, reasons: found } })
  }
  type Body = { error?: { data: { reason: string } } }

  const signUp = async (email: string) => {
    const client = shop.createClient({ storage: memoryStorage() })
    await step(`register ${email}`, () => client.auth.register.mutate({ email, password: PASSWORD }))
    return client
  }
  const signIn = async (email: string, password = PASSWORD) => {
    const client = shop.createClient({ storage: memoryStorage() })
    await step(`sign in ${email}`, () => client.auth.login.mutate({ email, password }))
    return client
  }

  // Accounts
  const anonymous = shop.createClient()
  const admin = await signIn(shop.admin.email, shop.admin.password)
  await step('me, anonymous', () => anonymous.auth.me.query())
  await step('me', () => admin.auth.me.query())
  await step('wrong password', () => anonymous.auth.login.mutate({ email: shop.admin.email, password: 'x' }))
  await step('common password', () =>
    anonymous.auth.register.mutate({ email: 'a@b.example', password: 'password' }),
  )
  await step('password like the address', () =>
    anonymous.auth.register.mutate({ email: 'somebody@b.example', password: 'somebody' }),
  )
  await step('bad address', () => anonymous.auth.register.mutate({ email: 'nowhere', password: 'x' }))
  const ada = await signUp('Ada@Example.org')
  const bob = await signUp('bob@example.org')
  const eve = await signUp('eve@example.org')
  const gone = await signUp('gone@example.org')
  await step('taken address', () =>
    anonymous.auth.register.mutate({ email: 'ada@example.org', password: PASSWORD }),
  )
  await step('account', () => ada.account.get.query())
  await step('bad link', () => anonymous.auth.verifyEmail.mutate({ token: 'nonsense' }))
  const adasLink = await shop.mailedToken('ada@example.org', 1)
  await step('verify', () => anonymous.auth.verifyEmail.mutate({ token: adasLink }))
  await step('verify twice', () => anonymous.auth.verifyEmail.mutate({ token: adasLink }))
  await step('resend, verified', () => ada.account.resendVerification.mutate())
  await step('resend', () => bob.account.resendVerification.mutate())
  const bobsLink = await shop.mailedToken('bob@example.org', 2)
  await step('verify Bob', () => anonymous.auth.verifyEmail.mutate({ token: bobsLink }))
  await step('account, verified', () => ada.account.get.query())
  await step('account, anonymous', () => anonymous.account.get.query())
  await step('account, stranger', () => shop.createClient({ token: 'nonsense' }).account.get.query())
  const adaAgain = await signIn('ada@example.org')
  await step('sessions', async () => {
    const { items } = await ada.account.sessions.query()
    return items.map(({ id: _id, ...session }) => session)
  })
  await step('end no session', () => ada.account.endSession.mutate({ sessionId: 1 }))
  await step('end another session', async () => {
    const { items } = await ada.account.sessions.query()
    const other = items.find(({ current }) => !current)
    return ada.account.endSession.mutate({ sessionId: other?.id ?? 0 })
  })
  await step('ended session', () => adaAgain.account.get.query())
  await step('same password again', () =>
    ada.account.changePassword.mutate({ currentPassword: 'wrong', newPassword: `${PASSWORD} 2` }),
  )
  await step('weak new password', () =>
    ada.account.changePassword.mutate({ currentPassword: PASSWORD, newPassword: 'ada@example.org' }),
  )
  const adaElsewhere = await signIn('ada@example.org')
  await step('change password', () =>
    ada.account.changePassword.mutate({ currentPassword: PASSWORD, newPassword: `${PASSWORD} 2` }),
  )
  await step('session ended by the new password', () => adaElsewhere.account.get.query())
  await step('opt out', () => ada.account.update.mutate({ mailOptOut: true }))
  await step('opt in', () => ada.account.update.mutate({ mailOptOut: false }))

  // Books
  const createBook = (title: string, rest: object = {}) =>
    step(`create ${title}`, () =>
      admin.books.create.mutate({ title, author: 'Frank Herbert', priceCents: 1_999, ...rest }),
    )
  await step('create, anonymous', () =>
    anonymous.books.create.mutate({ title: 'X', author: 'Y', priceCents: 1 }),
  )
  await step('create, reader', () => ada.books.create.mutate({ title: 'X', author: 'Y', priceCents: 1 }))
  await createBook('Dune', { isbn: '0-441-01359-7', stockQuantity: 2 })
  await createBook('Dune Messiah', { isbn: '978-0-593-09823-2' })
  await createBook('Children of Dune', { description: 'The third one.\nLonger.' })
  await createBook('Çöl', { author: 'Ümit' })
  await createBook('Dune', { isbn: '9780441013593' })
  await step('bad book', () =>
    admin.books.create.mutate({
      title: '',
      author: 'x'.repeat(300),
      priceCents: 0,
      isbn: '12',
      extra: 1,
    } as never),
  )
  await step('no input', () => admin.books.create.mutate(undefined as never))
  await step('list', () => anonymous.books.list.query({}))
  await step('search', () => anonymous.books.list.query({ query: 'DÜNE herbert' }))
  await step('search for signs', () => anonymous.books.list.query({ query: '?!' }))
  await step('search by ISBN', () => anonymous.books.list.query({ query: '0441013597' }))
  await step('search by ISBN, sold out', () =>
    anonymous.books.list.query({ query: '0441013597', inStock: false }),
  )
  await step('in stock', () => anonymous.books.list.query({ inStock: true }))
  await step('pages', async () => {
    const first = await anonymous.books.list.query({ limit: 3 })
    return [first, await anonymous.books.list.query({ limit: 3, cursor: first.nextCursor })]
  })
  await step('bad cursor', () => anonymous.books.list.query({ cursor: 'nonsense' }))
  await step('cursor of another list', async () => {
    const { nextCursor } = await anonymous.books.list.query({ limit: 1 })
    return ada.prebooks.list.query({ cursor: nextCursor })
  })
  await step('bad limit', () => anonymous.books.list.query({ limit: 0 }))
  await step('get', () => anonymous.books.get.query({ bookId: 1 }))
  await step('get by ISBN', () => anonymous.books.get.query({ isbn: '0 441 01359 7' }))
  await step('get neither', () => anonymous.books.get.query({} as never))
  await step('get nothing', () => anonymous.books.get.query({ bookId: 99 }))
  await step('update', () => admin.books.update.mutate({ bookId: 3, priceCents: 2_500, description: null }))
  await step('update nothing', () => admin.books.update.mutate({ bookId: 3 }))
  await step('update no book', () => admin.books.update.mutate({ bookId: 99, title: 'X' }))
  await step('update to a taken ISBN', () => admin.books.update.mutate({ bookId: 3, isbn: '9780441013593' }))
  const imported = [
    { title: 'Dune', author: 'Frank Herbert', priceCents: 1_999, isbn: '9780441013593', stockQuantity: 9 },
    { title: 'Dune Messiah', author: 'F. Herbert', priceCents: 1_999, isbn: '9780593098232' },
    { title: 'Emma', author: 'Jane Austen', priceCents: 900, isbn: '9780141439587', stockQuantity: 4 },
    { title: 'Bad', author: 'Jane Austen', priceCents: 900, isbn: '1' },
    { title: 'Emma', author: 'J. Austen', priceCents: 900, isbn: '9780141439587' },
  ]
  await step('import, dry', () => admin.books.import.mutate({ rows: imported, dryRun: true }))
  await step('import', () => admin.books.import.mutate({ rows: imported }))
  await step('import nothing', () => admin.books.import.mutate({ rows: [] }))

  // Waiting
  await step('prebook, anonymous', () => anonymous.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook, in stock', () => ada.prebooks.create.mutate({ bookId: 1 }))
  await step('prebook, no book', () => ada.prebooks.create.mutate({ bookId: 99 }))
  await step('prebook, bad', () => ada.prebooks.create.mutate({ bookId: '2' } as never))
  const watching = watch(ada)
  await step('watch', () => watching.until(0, () => watching.isOpen))
  await step('prebook', () => ada.prebooks.create.mutate({ bookId: 2 }))
  await step('watch the first', () => watching.until(1))
  await step('prebook twice', () => ada.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook, second reader', () => bob.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook, unverified reader', () => eve.prebooks.create.mutate({ bookId: 2 }))
  await step('prebook another', () => ada.prebooks.create.mutate({ bookId: 3 }))
  await step('watch the second', () => watching.until(2))
  await step('position', () => bob.prebooks.get.query({ prebookId: 2 }))
  await step('not mine', () => bob.prebooks.get.query({ prebookId: 1 }))
  await step('waitlist', () => bob.books.waitlist.query({ bookId: 2 }))
  await step('waitlist, anonymous', () => anonymous.books.waitlist.query({ bookId: 2 }))
  await step('waitlist, none', () => anonymous.books.waitlist.query({ bookId: 1 }))
  await step('waitlist, no book', () => anonymous.books.waitlist.query({ bookId: 99 }))
  await step('cancel', () => ada.prebooks.cancel.mutate({ prebookId: 4 }))
  await step('watch the cancellation', () => watching.until(3))
  await step('cancel twice', () => ada.prebooks.cancel.mutate({ prebookId: 4 }))
  await step('cancel what is not mine', () => ada.prebooks.cancel.mutate({ prebookId: 2 }))
  await step('demand', () => admin.demand.top.query({}))
  await step('demand of three days', () =>
    admin.demand.top.query({ days: 3, order: 'joinedLately', limit: 1 }),
  )
  await step('demand, reader', () => ada.demand.top.query({}))
  await step('queue', async () => {
    const first = await admin.demand.waitlist.query({ bookId: 2, limit: 2 })
    return [first, await admin.demand.waitlist.query({ bookId: 2, limit: 2, cursor: first.nextCursor })]
  })
  await step('queue of no one', () => admin.demand.waitlist.query({ bookId: 1 }))
  await step('queue of no book', () => admin.demand.waitlist.query({ bookId: 99 }))

  // Stock
  const changes = watchStock(admin)
  await step('watch stock', () => changes.until(0, () => changes.isOpen))
  await step('preview', () => admin.stock.preview.query({ bookId: 2, quantity: 5 }))
  await step('preview too few', () => admin.stock.preview.query({ bookId: 2, delta: -1 }))
  await step('preview neither', () => admin.stock.preview.query({ bookId: 2 } as never))
  await step('stock, reader', () => ada.stock.set.mutate({ bookId: 2, quantity: 5 }))
  await step('stock, no book', () => admin.stock.set.mutate({ bookId: 99, quantity: 5 }))
  await step('stock, conflict', () => admin.stock.set.mutate({ bookId: 2, quantity: 5, expectedQuantity: 7 }))
  await step('stock, too many', () => admin.stock.adjust.mutate({ bookId: 1, delta: 1_000_000 }))
  const restock = { bookId: 2, quantity: 5, note: 'a box', idempotencyKey: 'box-1' }
  await step('restock', () => admin.stock.set.mutate(restock))
  await settled(admin, { bookId: 2, count: 3 })
  await step('restock, same key', () => admin.stock.set.mutate(restock))
  await step('restock, key of another', () => admin.stock.set.mutate({ ...restock, quantity: 6 }))
  await step('watch the notification', () => watching.until(4))
  await step('watch the restock', () => changes.until(1))
  await step('same quantity', () => admin.stock.set.mutate({ bookId: 2, quantity: 5 }))
  await step('sell', () => admin.stock.adjust.mutate({ bookId: 2, delta: -2 }))
  await step('watch the sale', () => changes.until(2))
  await step('sell too many', () => admin.stock.adjust.mutate({ bookId: 2, delta: -4 }))
  await step('notified', () => ada.prebooks.get.query({ prebookId: 1 }))
  await step('cancel after the notification', () => bob.prebooks.cancel.mutate({ prebookId: 2 }))
  await step('my prebooks', () => ada.prebooks.list.query({}))
  await step('my notified ones', () => ada.prebooks.list.query({ status: 'notified' }))
  await step('my prebooks by pages', async () => {
    const first = await ada.prebooks.list.query({ limit: 1 })
    return [first, await ada.prebooks.list.query({ limit: 1, cursor: first.nextCursor })]
  })
  const batch = [
    { bookId: 1, delta: 1 },
    { isbn: '9780141439587', quantity: 0 },
    { isbn: '9780441172719', quantity: 1 },
    { bookId: 1, delta: -50 },
    { bookId: 1 },
    { bookId: 2, quantity: 3 },
    { bookId: 1, delta: 2, idempotencyKey: 'own' },
  ]
  await step('batch', () => admin.stock.batch.mutate({ lines: batch, idempotencyKey: 'batch-1' }))
  await step('batch, same key', () => admin.stock.batch.mutate({ lines: batch, idempotencyKey: 'batch-1' }))
  await step('batch, other lines', () =>
    admin.stock.batch.mutate({ lines: batch.slice(1), idempotencyKey: 'batch-1' }),
  )
  await step('batch without a key', () => admin.stock.batch.mutate({ lines: batch }))
  await step('watch the batch', () => changes.until(6))
  await step('history', async () => {
    const first = await admin.stock.history.query({ bookId: 2, limit: 1 })
    return [first, await admin.stock.history.query({ bookId: 2, limit: 1, cursor: first.nextCursor })]
  })
  await step('history, no book', () => admin.stock.history.query({ bookId: 99 }))
  await step('end of watching stock', () => changes.end())
  const later = watchStock(admin, { bookId: 2, afterMovementId: 1 })
  await step('watch stock since', () => later.until(2))
  await step('end of watching stock again', () => later.end())

  // People
  const userOf = async (query: string) => (await admin.users.list.query({ query })).items[0]?.id ?? 0
  await step('users', () => admin.users.list.query({}))
  await step('search for a user', () =>
    admin.users.list.query({ query: 'ADA@', role: 'reader', isActive: true }),
  )
  await step('users, by pages', async () => {
    const first = await admin.users.list.query({ limit: 2 })
    return [first, await admin.users.list.query({ limit: 2, cursor: first.nextCursor })]
  })
  await step('last admin', async () =>
    admin.users.setRole.mutate({ userId: await userOf(shop.admin.email), role: 'reader' }),
  )
  await step('no user', () => admin.users.deactivate.mutate({ userId: 99 }))
  await step('update nothing', () => admin.users.update.mutate({ userId: 2 }))
  await step('Bob becomes staff', async () =>
    admin.users.setRole.mutate({ userId: await userOf('bob@'), role: 'staff' }),
  )
  await step('users, staff', () => bob.users.list.query({}))
  await step('prebook, for staff to see', () => ada.prebooks.create.mutate({ bookId: 4 }))
  await step('queue, staff', () => bob.demand.waitlist.query({ bookId: 4 }))
  await step('queue, admin', () => admin.demand.waitlist.query({ bookId: 4 }))
  await step('history, staff', () => bob.stock.history.query({ bookId: 2 }))
  const goneWatching = watch(gone)
  await step('watch, soon deactivated', () => goneWatching.until(0, () => goneWatching.isOpen))
  await step('deactivate', async () => admin.users.deactivate.mutate({ userId: await userOf('gone@') }))
  await step('end of the stream of a deactivated account', () => goneWatching.ended())
  await step('deactivated', () => gone.account.get.query())
  await step('me, deactivated', () => gone.auth.me.query())
  await step('sign in, deactivated', () =>
    anonymous.auth.login.mutate({ email: 'gone@example.org', password: PASSWORD }),
  )
  await step('invite a deactivated one', () =>
    admin.users.invite.mutate({ email: 'gone@example.org', role: 'staff' }),
  )
  await step('reactivate', async () => admin.users.reactivate.mutate({ userId: await userOf('gone@') }))
  await step('invite', () => admin.users.invite.mutate({ email: 'new@example.org', role: 'staff' }))
  await step('invite again', () => admin.users.invite.mutate({ email: 'new@example.org', role: 'admin' }))
  await step('invite for nothing', () =>
    admin.users.invite.mutate({ email: 'bob@example.org', role: 'staff' }),
  )
  const invitation = await shop.mailedToken('new@example.org', 1)
  await step('accept, weak password', () =>
    anonymous.auth.acceptInvitation.mutate({ token: invitation, password: 'new@example.org' }),
  )
  await step('accept', () =>
    anonymous.auth.acceptInvitation.mutate({ token: invitation, password: PASSWORD }),
  )
  await step('accept twice', () =>
    anonymous.auth.acceptInvitation.mutate({ token: invitation, password: PASSWORD }),
  )
  const staff = await signIn('new@example.org')
  await step('staff creates a book', () =>
    staff.books.create.mutate({ title: 'Persuasion', author: 'Jane Austen', priceCents: 800 }),
  )

  // Passwords and addresses
  await step('reset, unknown', () => anonymous.auth.requestPasswordReset.mutate({ email: 'no@example.org' }))
  await step('reset', () => anonymous.auth.requestPasswordReset.mutate({ email: 'eve@example.org' }))
  // Eve got a link when she registered; the one after the restock was not sent, since that one still worked.
  const reset = await shop.mailedToken('eve@example.org', 2)
  await step('reset, weak password', () =>
    anonymous.auth.resetPassword.mutate({ token: reset, password: 'eve@example.org' }),
  )
  await step('reset takes over', () =>
    anonymous.auth.resetPassword.mutate({ token: reset, password: `${PASSWORD} 3` }),
  )
  await step('sessions ended by the reset', () => eve.account.get.query())
  const eveAgain = await signIn('eve@example.org', `${PASSWORD} 3`)
  await step('prebooks after the reset', () => eveAgain.prebooks.list.query({}))
  await step('reset, verified', () =>
    anonymous.auth.requestPasswordReset.mutate({ email: 'eve@example.org' }),
  )
  const resetAgain = await shop.mailedToken('eve@example.org', 3)
  await step('reset by link', () =>
    anonymous.auth.resetPassword.mutate({ token: resetAgain, password: PASSWORD }),
  )
  const eveAtLast = await signIn('eve@example.org')
  await step('same address', () =>
    eveAtLast.account.changeEmail.mutate({ email: 'eve@example.org', password: PASSWORD }),
  )
  await step('new address, wrong password', () =>
    eveAtLast.account.changeEmail.mutate({ email: 'eva@example.org', password: 'wrong' }),
  )
  await step('new address', () =>
    eveAtLast.account.changeEmail.mutate({ email: 'eva@example.org', password: PASSWORD }),
  )
  const newAddress = await shop.mailedToken('eva@example.org', 1)
  await step('verify the new address', () => anonymous.auth.verifyEmail.mutate({ token: newAddress }))
  await step('address changed', () => eveAtLast.account.get.query())

  // Tokens
  const machine = await step('create a token', () =>
    admin.tokens.create.mutate({ name: 'till', scopes: ['stock:write', 'demand:read'], expiresInDays: 30 }),
  )
  const till = shop.createClient({ token: machine.token })
  await step('token changes stock', () => till.stock.adjust.mutate({ bookId: 1, delta: 1, note: 'return' }))
  await step('token without a scope', () => till.books.update.mutate({ bookId: 1, title: 'X' }))
  await step('token for people', () => till.prebooks.list.query({}))
  await step('token, public', () => till.books.get.query({ bookId: 1 }))
  await step('token sees no address', () => till.demand.waitlist.query({ bookId: 4 }))
  await step('mistyped token', () => shop.createClient({ token: 'pbk_nonsense' }).demand.top.query({}))
  await step('history by a token', () => admin.stock.history.query({ bookId: 1, limit: 1 }))
  await step('tokens', () => admin.tokens.list.query({ isActive: true }))
  await step('tokens, staff', () => bob.tokens.list.query({}))
  await step('token repeats a scope', () =>
    admin.tokens.create.mutate({ name: 'x', scopes: ['stock:write', 'stock:write'] }),
  )
  const rotated = await step('rotate', () => admin.tokens.rotate.mutate({ tokenId: 1, overlapHours: 2 }))
  await step('old text', () => till.demand.top.query({}))
  await step('new text', () => shop.createClient({ token: rotated.token }).demand.top.query({}))
  await step('deactivation counts tokens', async () =>
    admin.users.update.mutate({ userId: await userOf(shop.admin.email), isActive: true }),
  )
  await step('revoke', () => admin.tokens.revoke.mutate({ tokenId: 1 }))
  await step('revoke again', () => admin.tokens.revoke.mutate({ tokenId: 1 }))
  await step('revoked', () => till.demand.top.query({}))
  await step('rotate what is revoked', () => admin.tokens.rotate.mutate({ tokenId: 1, overlapHours: 0 }))
  await step('no token', () => admin.tokens.revoke.mutate({ tokenId: 99 }))

  // Mail
  shop.refuseMailTo('bob@example.org')
  await step('mail that is refused', () =>
    anonymous.auth.requestPasswordReset.mutate({ email: 'bob@example.org' }),
  )
  await settled(admin)
  await step('mail to a suppressed address', () =>
    anonymous.auth.requestPasswordReset.mutate({ email: 'bob@example.org' }),
  )
  await settled(admin)
  await step('deliveries', () => admin.deliveries.list.query({}))
  await step('deliveries of a book', async () => {
    const first = await admin.deliveries.list.query({ bookId: 2, limit: 2 })
    return [first, await admin.deliveries.list.query({ bookId: 2, limit: 2, cursor: first.nextCursor })]
  })
  await step('deliveries, staff', () => bob.deliveries.list.query({}))
  const failed = (await admin.deliveries.list.query({ state: 'failed' })).items[0]?.id ?? 0
  await step('lift', () => admin.deliveries.liftSuppression.mutate({ deliveryId: failed }))
  await step('lift again', () => admin.deliveries.liftSuppression.mutate({ deliveryId: failed }))
  await step('lift nothing', () => admin.deliveries.liftSuppression.mutate({ deliveryId: 99 }))
  await step('redrive', () => admin.deliveries.redrive.mutate({ deliveryId: failed }))
  await settled(admin)
  await step('redriven', () => admin.deliveries.list.query({ limit: 2 }))
  await step('redrive what was sent', () => admin.deliveries.redrive.mutate({ deliveryId: 1 }))
  await step('redrive nothing', () => admin.deliveries.redrive.mutate({ deliveryId: 99 }))
  await step('redrive the held', () => admin.deliveries.redrive.mutate({ state: 'held' }))
  await step('audit', () => admin.audit.list.query({ limit: 100 }))
  await step('audit of a book', () => admin.audit.list.query({ subject: 'book:2', limit: 1 }))
  await step('audit of a token', () => admin.audit.list.query({ tokenId: 1 }))
  await step('audit, bad subject', () => admin.audit.list.query({ subject: 'house:1' }))
  await step('audit, staff', () => bob.audit.list.query({}))

  // What is stored, and the end
  const exported = async (client: PrebookClient) => {
    const { sessions, ...part } = await client.account.export.query({})
    return { ...part, sessions: sessions.map(({ id: _id, ...session }) => session) }
  }
  await step('export', () => exported(ada))
  await step('export, admin', () => exported(admin))
  await step('export, bad cursor', () => ada.account.export.query({ cursor: 'nonsense' }))
  await step('twenty-first stream', async () => {
    const first = watch(bob)
    await first.until(0, () => first.isOpen)
    const others = []
    for (let count = 0; count < 20; count += 1) {
      const other = watch(bob)
      await other.until(0, () => other.isOpen)
      others.push(other)
    }
    const end = await first.ended()
    for (const other of others) await other.end()
    return end
  })
  await step('sign out everywhere', () => ada.auth.logoutEverywhere.mutate())
  await step('end of the stream of an ended session', () => watching.ended())
  const adaAtLast = await signIn('ada@example.org', `${PASSWORD} 2`)
  await step('erase without a password', () => adaAtLast.account.erase.mutate({}))
  await step('erase with a wrong password', () => adaAtLast.account.erase.mutate({ password: 'wrong' }))
  await step('erase', () => adaAtLast.account.erase.mutate({ password: `${PASSWORD} 2` }))
  await step('erased', () => adaAtLast.account.get.query())
  await step('erase the last admin', () => admin.account.erase.mutate({ password: shop.admin.password }))
  await step('Bob leaves', () => bob.account.erase.mutate({ password: PASSWORD }))
  await step('users after all', () => admin.users.list.query({}))
  await step('audit after all', () => admin.audit.list.query({ limit: 3 }))
  await step('deliveries after all', () => admin.deliveries.list.query({ limit: 100 }))
  await step('end other sessions', () => admin.account.endOtherSessions.mutate())
  await step('sign out', () => admin.auth.logout.mutate())
  await step('signed out', () => admin.account.get.query())

  // The wire
  await raw('unknown procedure', 'books.burn')
  await raw('one of two is unknown', 'books.list,books.burn?batch=1&input=%7B%220%22%3A%7B%7D%7D')
  await raw('a mutation by GET', 'auth.logout')
  await raw('broken JSON', 'books.list?input=%7B')
  await raw('too many calls', `${Array.from({ length: 11 }, () => 'auth.me').join(',')}?batch=1&input=%7B%7D`)
  await raw('text', 'auth.login', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })
  return steps
}

/** Tells what happens in a shop without a mail server. */
export async function tellWithoutMail(
  shop: Pick<StoryShop, 'createClient' | 'admin' | 'now'>,
): Promise<Step[]> {
  const { steps, step } = recorder({ ...shop, tick: () => {} })
  const admin = shop.createClient({ storage: memoryStorage() })
  const reader = shop.createClient({ storage: memoryStorage() })
  await step('sign in', () => admin.auth.login.mutate(shop.admin))
  await step('register', () => reader.auth.register.mutate({ email: 'ada@example.org', password: PASSWORD }))
  await step('account', () => reader.account.get.query())
  await step('resend', () => reader.account.resendVerification.mutate())
  await step('reset', () => reader.auth.requestPasswordReset.mutate({ email: 'ada@example.org' }))
  await step('new address', () =>
    reader.account.changeEmail.mutate({ email: 'b@example.org', password: PASSWORD }),
  )
  await step('invite', () => admin.users.invite.mutate({ email: 'new@example.org', role: 'staff' }))
  await step('create', () =>
    admin.books.create.mutate({ title: 'Emma', author: 'Jane Austen', priceCents: 900 }),
  )
  await step('prebook', () => reader.prebooks.create.mutate({ bookId: 1 }))
  await step('restock', () => admin.stock.set.mutate({ bookId: 1, quantity: 1 }))
  await settled(admin)
  await step('held', () => admin.deliveries.list.query({}))
  await step('redrive', () => admin.deliveries.redrive.mutate({ state: 'held', bookId: 1 }))
  await settled(admin)
  await step('held again', () => admin.deliveries.list.query({ state: 'held' }))
  await step('erase', () => reader.account.erase.mutate({ password: PASSWORD }))
  await step('erased', () => admin.deliveries.list.query({}))
  return steps
}

/** Records steps. */
function recorder(shop: Pick<StoryShop, 'now' | 'tick'>) {
  const steps: Step[] = []
  const plain = (value: unknown) => normalised(value, shop.now())
  return {
    steps,
    step: async <T>(name: string, call: () => Promise<T>): Promise<T> => {
      shop.tick()
      try {
        const answer = await call()
        steps.push({ step: name, answer: plain(answer) })
        return answer
      } catch (error) {
        const { message, data } = error as { message: string; data?: object }
        steps.push({ step: name, refusal: plain(data === undefined ? { message } : { message, ...data }) })
        return undefined as T
      }
    },
  }
}

/** Waits until no mail is on its way. */
async function settled(
  admin: PrebookClient,
  { bookId = undefined as number | undefined, count = 1 } = {},
): Promise<void> {
  await vi.waitFor(async () => {
    const { items } = await admin.deliveries.list.query({
      limit: 100,
      ...(bookId !== undefined && { bookId }),
    })
    expect(items.length).toBeGreaterThanOrEqual(count)
    expect(items.filter(({ state }) => state === 'pending' || state === 'sending')).toEqual([])
  }, WAIT)
}

function watch(client: PrebookClient) {
  return collect((handlers) => client.prebooks.watch.subscribe(undefined, handlers))
}

function watchStock(client: PrebookClient, input: { bookId?: number; afterMovementId?: number } = {}) {
  return collect((handlers) => client.stock.changes.subscribe(input, handlers))
}

type Handlers = {
  onStarted: () => void
  onData: (item: { id: string; data: object }) => void
  onError: (error: unknown) => void
}

/** Collects what a subscription emits. */
function collect(subscribe: (handlers: Handlers) => { unsubscribe: () => void }) {
  const items: object[] = []
  let end: unknown
  let isOpen = false
  const subscription = subscribe({
    onStarted: () => void (isOpen = true),
    onData: ({ id, data }) => void items.push({ id, data }),
    onError: (error) => void (end = error),
  })
  return {
    get isOpen() {
      return isOpen
    },
    /** Waits for so many items, and returns all. */
    async until(count: number, condition = () => true): Promise<object[]> {
      await vi.waitFor(() => expect([items.length >= count, condition()]).toEqual([true, true]), WAIT)
      return [...items]
    },
    /** Waits until it is refused, and throws the refusal. */
    async ended(): Promise<never> {
      await vi.waitFor(() => expect(end).toBeDefined(), WAIT)
      throw end
    },
    async end(): Promise<object[]> {
      subscription.unsubscribe()
      return [...items]
    },
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const HOUR_MS = 3_600_000
/** Fields whose values are the shop's own. */
const OWN = new Set(['token', 'nextCursor', 'requestId', 'lastError'])

/** A key that the client makes for a change of stock. A batch adds the number of the line. */
const RANDOM_KEY = /^[\da-f]{8}-[\da-f-]{27}/

/** Leaves out what differs from shop to shop. Of a time that is to come, the hours from now stay. */
function normalised(value: unknown, now: number, name = ''): unknown {
  if (value === null || value === undefined) return value ?? null
  if (OWN.has(name)) return `<${name}>`
  if (typeof value === 'string') {
    if (name === 'answer') return normalised(JSON.parse(value), now)
    if (name === 'idempotencyKey') return value.replace(RANDOM_KEY, '<key>')
    if (!TIME.test(value)) return value
    const hours = Math.round((Date.parse(value) - now) / HOUR_MS)
    return hours > 0 ? `<in ${hours} hours>` : '<time>'
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => normalised(item, now))
    // In the order of keys of which the client makes some at random.
    return name === 'stockRequests'
      ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items
  }
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, normalised(inner, now, key)]),
  )
}
