import { PASSWORD, type Cast } from './cast.ts'

/** Eve resets her password twice, and changes her address. */
export async function tellPasswords(cast: Cast): Promise<void> {
  const { shop, step, signIn, anonymous, eve } = cast

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
}
