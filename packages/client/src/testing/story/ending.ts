import type { PrebookClient } from '../../index.ts'
import { PASSWORD, type Cast } from './cast.ts'
import { followPrebooks, type FollowedStream } from './follow-stream.ts'

/** Ada and the admin export what is stored about them, streams end, and Ada and Bob erase their accounts. */
export async function tellEnding(cast: Cast, watching: FollowedStream): Promise<void> {
  const { shop, step, signIn, admin, ada, bob } = cast

  await step('export', () => exported(ada))
  await step('export, admin', () => exported(admin))
  await step('export, bad cursor', () => ada.account.export.query({ cursor: 'nonsense' }))
  await step('twenty-first stream', async () => {
    const first = followPrebooks(bob)
    await first.until(0, () => first.isOpen)
    const others = []
    for (let count = 0; count < 20; count += 1) {
      const other = followPrebooks(bob)
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
}

/** What is stored about an account, without the ids of its sessions. */
async function exported(client: PrebookClient): Promise<object> {
  const { sessions, ...part } = await client.account.export.query({})
  return { ...part, sessions: sessions.map(({ id: _id, ...session }) => session) }
}
