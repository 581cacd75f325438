import type { Cast } from './cast.ts'

/** A machine works with a token, until it is revoked. */
export async function tellTokens(cast: Cast): Promise<void> {
  const { shop, step, userOf, admin, bob } = cast

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
}
