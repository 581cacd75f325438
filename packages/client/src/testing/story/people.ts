import { PASSWORD, type Cast } from './cast.ts'
import { followPrebooks } from './follow-stream.ts'

/** The admin makes Bob staff, deactivates an account for a while, and invites somebody new. */
export async function tellPeople(cast: Cast): Promise<void> {
  const { shop, step, signIn, userOf, anonymous, admin, ada, bob, gone } = cast

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
  const goneWatching = followPrebooks(gone)
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
}
