import { expect, test } from 'vitest'
import { inBrowser, startBrowserShop } from './testing/browser-shop.ts'
import { visitAs } from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

inBrowser('the account page', () => {
  test('switches e-mails off, and reverts the switch when the shop cannot be reached', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    const { page } = ada
    ada.allowBrowserErrors(/ERR_FAILED/)
    await page.getByRole('button', { name: /^Account menu for/ }).click()
    await page.getByRole('link', { name: 'Account settings' }).click()
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor()
    await page.getByRole('main').getByText(ada.account.email).waitFor()
    await expectSoundView(page, 'account')
    const mails = page.getByRole('switch', { name: 'E-mail me when a book I pre-booked is back in stock' })
    expect(await mails.getAttribute('aria-checked')).toBe('true')
    await mails.click()
    await expect.poll(async () => (await ada.client.auth.me.query())?.mailOptOut).toBe(true)
    await page.reload()
    await expect.poll(() => mails.getAttribute('aria-checked')).toBe('false')

    const response = Promise.withResolvers<void>()
    await page.route('**/trpc/account.update*', async (route) => {
      await response.promise
      await route.abort()
    })
    await mails.click()
    await expect.poll(() => mails.getAttribute('aria-checked')).toBe('true')
    response.resolve()
    await expect.poll(() => mails.getAttribute('aria-checked')).toBe('false')
    await page.getByText('Cannot reach the shop').waitFor()
  })

  test('changes the password, and signs out other sessions', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    const { page, account } = ada
    const other = await ada.client.auth.login.mutate(account)
    await page.goto('/account')
    await page.getByText('This one', { exact: true }).waitFor()
    await page
      .getByRole('button', { name: /^Sign out Node\.js/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await page.getByText('You are signed out everywhere else').waitFor()
    await expect.poll(() => page.getByRole('button', { name: /^Sign out Node\.js/ }).count()).toBe(0)
    expect(other.token).not.toBeNull()

    ada.allowBrowserErrors(/401/)
    await page.getByLabel('Current password').fill('a guess')
    await page.getByLabel('New password').fill('another password')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('The current password is wrong.').waitFor()
    await expectSoundView(page, 'account-wrong-password')
    await page.getByLabel('Current password').fill(account.password)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Password changed').waitFor()
    expect(await page.getByLabel('New password').inputValue()).toBe('')

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download your data' }).click()
    expect((await download).suggestedFilename()).toBe('prebook-account.json')
  })

  test('deletes the account after the password, and leaves no trace of it on the page', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    const { page, account } = ada
    await page.goto('/account')
    const open = page.getByRole('button', { name: 'Delete account' })
    await open.click()
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
    await dialog.getByRole('button', { name: 'Keep account' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await open.click()
    ada.allowBrowserErrors(/401/)
    await dialog.getByLabel('Your password').fill('a guess')
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await dialog.getByText('The current password is wrong.').waitFor()
    await expectSoundView(page, 'delete-account')
    await dialog.getByLabel('Your password').fill(account.password)
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await page.getByText('Your account is deleted').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(await page.getByText(account.email).count()).toBe(0)
    expect(await ada.client.auth.me.query()).toBeNull()
    const again = await ada.client.auth.register.mutate(account)
    expect(again.user.email).toBe(account.email)
  })

  test('signs out everywhere after a confirmation', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    const { page } = ada
    await page.goto('/account')
    await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Sign out everywhere?' })
    await expectSoundView(page, 'sign-out-everywhere')
    await dialog.getByRole('button', { name: 'Stay signed in' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await ada.client.auth.me.query()).not.toBeNull()
    await page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
    await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByText('You are signed out everywhere').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    expect(await ada.client.auth.me.query()).toBeNull()
    await page.goto('/account')
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  })
})
