import { PASSWORD, type Cast } from './cast.ts'

/** Readers register, prove their addresses and change a password. Ada's is `${PASSWORD} 2` from here on. */
export async function tellAccounts(cast: Cast): Promise<void> {
  const { shop, step, signUp, signIn, anonymous, admin, ada, bob, eve, gone } = cast

  await step(`sign in ${shop.admin.email}`, () => admin.auth.login.mutate(shop.admin))
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
  await signUp(ada, 'Ada@Example.org')
  await signUp(bob, 'bob@example.org')
  await signUp(eve, 'eve@example.org')
  await signUp(gone, 'gone@example.org')
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
}
