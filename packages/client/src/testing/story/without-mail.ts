import { memoryStorage } from '../../index.ts'
import { PASSWORD, recordSteps, type Step, type StoryShop } from './cast.ts'
import { mailSettled } from './mail-settled.ts'

/** Tells what happens in a shop without a mail server. */
export async function tellWithoutMail(
  shop: Pick<StoryShop, 'createClient' | 'admin' | 'now'>,
): Promise<Step[]> {
  const { steps, step } = recordSteps({ ...shop, tick: () => {} })
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
  await step('request', () => reader.prebooks.request.mutate({ bookId: 1, email: 'guest@example.org' }))
  await step('restock', () => admin.stock.set.mutate({ bookId: 1, quantity: 1 }))
  await mailSettled(admin)
  await step('held', () => admin.deliveries.list.query({}))
  await step('redrive', () => admin.deliveries.redrive.mutate({ state: 'held', bookId: 1 }))
  await mailSettled(admin)
  await step('held again', () => admin.deliveries.list.query({ state: 'held' }))
  await step('erase', () => reader.account.erase.mutate({ password: PASSWORD }))
  await step('erased', () => admin.deliveries.list.query({}))
  return steps
}
