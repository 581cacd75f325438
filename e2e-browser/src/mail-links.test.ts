import { createClient } from '@prebook/client'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { clientOf, openAsAdmin } from './testing/admin-setup.ts'
import { inBrowser, signIn, startBrowserShop } from './testing/browser-shop.ts'
import { startMailServer } from './testing/mail-server.ts'
import { visitAs } from './testing/readers.ts'
import { expectSoundView } from './testing/views.ts'

/** The pages of links have no icon, so that browsers look for this one. */
const noIcon = /favicon\.ico/

inBrowser('accounts by e-mail', () => {
  test('a forgotten password is replaced through a link, and every address gets the same answer', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const ada = await shop.createReader('ada')
    const before = await clientOf(shop, ada)
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(noIcon)
    await page.goto('/sign-in')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { level: 1, name: 'Forgot your password?' }).waitFor()
    await expectSoundView(page, 'forgot-password')
    await page.getByRole('button', { name: 'Send link' }).click()
    await page.getByText('Enter your e-mail address.').waitFor()

    const answers: string[] = []
    for (const email of ['unknown@readers.example', ada.email]) {
      await page.goto('/forgot-password')
      await page.getByLabel('E-mail address').fill(email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await page.getByRole('heading', { level: 1, name: 'Check your e-mail' }).waitFor()
      const answer = page.getByRole('main')
      answers.push((await answer.innerText()).replaceAll(email, 'the address'))
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('status')
    }
    expect(answers[1]).toBe(answers[0])
    await expectSoundView(page, 'forgot-password-sent')

    await page.goto(await mails.link(ada.email, 'reset'))
    await expectSoundView(page, 'mail-reset')
    await choosePassword(page, 'a password that I remember', 'Set password')
    expect(await before.auth.me.query()).toBeNull()
    await signIn(page, { email: ada.email, password: 'a password that I remember' })
  })

  test('the banner stays until the address is confirmed or the reader dismisses it', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const visitor = await shop.visit()
    const { page, openTab } = visitor
    visitor.allowBrowserErrors(noIcon)
    await page.goto('/sign-up')
    await page.getByLabel('E-mail address').fill('ada@readers.example')
    await page.getByLabel('Password').fill('difference engine')
    await page.getByRole('button', { name: 'Create account' }).click()
    const banner = page.getByRole('region', { name: 'Confirm your e-mail address' })
    await banner.getByText('ada@readers.example').waitFor()
    await expectSoundView(page, 'verification-banner')
    const first = await mails.link('ada@readers.example', 'verify')
    await banner.getByRole('button', { name: 'Send the link again' }).click()
    await page.getByText('We are sending the link again').waitFor()
    const second = await mails.link('ada@readers.example', 'verify', first)

    await banner.getByRole('button', { name: 'Dismiss' }).click()
    await banner.waitFor({ state: 'detached' })
    await page.goto('/account')
    await page.getByText('Not confirmed', { exact: true }).waitFor()
    expect(await banner.count()).toBe(0)
    await expectSoundView(page, 'account-unconfirmed')

    const later = await openTab()
    await later.goto('/account')
    const laterBanner = later.getByRole('region', { name: 'Confirm your e-mail address' })
    await laterBanner.waitFor()
    const mail = await openTab()
    await mail.goto(second)
    await expectSoundView(mail, 'mail-verify')
    await mail.getByRole('button', { name: 'This is my account' }).click()
    await mail.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
    // As when the reader returns to the tab.
    await later.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
    await laterBanner.waitFor({ state: 'detached' })
    await later.getByText('Not confirmed', { exact: true }).waitFor({ state: 'detached' })
  })

  test('an address changes once the link in the e-mail to the new one is followed', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const ada = await visitAs(shop, 'ada', '/account')
    const { page, account } = ada
    ada.allowBrowserErrors(/status of 401/)
    ada.allowBrowserErrors(noIcon)
    await page.goto('/account')
    await page.getByLabel('New e-mail address').fill('ada@elsewhere.example')
    await page.getByLabel('Your password').fill('a guess')
    await page.getByRole('button', { name: 'Change address' }).click()
    await page.getByText('is wrong').waitFor()
    await expectSoundView(page, 'change-address-refused')
    await page.getByLabel('Your password').fill(account.password)
    await page.getByRole('button', { name: 'Change address' }).click()
    await page.getByText('Until then nothing changes').waitFor()
    await expectSoundView(page, 'change-address-sent')
    expect((await ada.client.account.get.query()).email).toBe(account.email)

    await page.goto(await mails.link('ada@elsewhere.example', 'verify'))
    await expectSoundView(page, 'mail-change-address')
    await page.getByRole('button', { name: 'Confirm new address' }).click()
    await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
    expect((await ada.client.account.get.query()).email).toBe('ada@elsewhere.example')
    await page.goto('/account')
    await page.getByRole('button', { name: 'Account menu for ada@elsewhere.example' }).waitFor()
  })

  test('an admin invites a colleague, who chooses a password and signs in', async () => {
    await using mails = await startMailServer()
    await using shop = await startBrowserShop({ env: mails.env })
    const visitor = await shop.visit()
    const { page } = visitor
    visitor.allowBrowserErrors(/status of 409/)
    await openAsAdmin(shop, page, '/admin/readers')
    const invite = async () => {
      await page.getByRole('button', { name: 'Invite someone' }).click()
      const dialog = page.getByRole('dialog', { name: 'Invite someone' })
      await dialog.getByRole('textbox', { name: 'E-mail address' }).fill('grace@bookstore.example')
      await dialog.getByLabel('Staff.').check()
      return dialog
    }
    const dialog = await invite()
    await expectSoundView(page, 'admin-invite')
    await dialog.getByRole('button', { name: 'Send invitation' }).click()
    await page.getByText('grace@bookstore.example was invited').waitFor()
    await (await invite()).getByRole('button', { name: 'Send invitation' }).click()
    await page.getByText('This address has an open invitation').waitFor()
    await expectSoundView(page, 'admin-invite-pending')

    const colleague = await shop.visit()
    const { page: other } = colleague
    colleague.allowBrowserErrors(noIcon)
    await other.goto(await mails.link('grace@bookstore.example', 'invite'))
    await expectSoundView(other, 'mail-invite')
    const account = { email: 'grace@bookstore.example', password: 'a password for the shop' }
    await choosePassword(other, account.password, 'Accept invitation')
    await signIn(other, account)
    await other.getByRole('link', { name: 'Manage shop' }).waitFor()
    const { user } = await createClient({ url: shop.url }).auth.login.mutate(account)
    expect(user.role).toBe('staff')
  })

  test('a shop without a mail server says so, and shows no banner', async () => {
    await using shop = await startBrowserShop()
    const ada = await visitAs(shop, 'ada')
    const { page, account } = ada
    ada.allowBrowserErrors(/status of 503/)
    const refusal = page.getByText('This shop cannot send e-mails')
    await page.goto('/forgot-password')
    await page.getByLabel('E-mail address').fill(account.email)
    await page.getByRole('button', { name: 'Send link' }).click()
    await refusal.waitFor()
    await expectSoundView(page, 'forgot-password-without-mail')
    await Promise.all([page.waitForResponse(/account\.get/), page.goto('/account')])
    await page.getByLabel('New e-mail address').fill('ada@elsewhere.example')
    await page.getByLabel('Your password').fill(account.password)
    await page.getByRole('button', { name: 'Change address' }).click()
    await refusal.waitFor()
    expect(await page.getByRole('button', { name: 'Send the link again' }).count()).toBe(0)

    const admin = await shop.visit()
    admin.allowBrowserErrors(/status of 503/)
    await openAsAdmin(shop, admin.page, '/admin/readers')
    await admin.page.getByRole('button', { name: 'Invite someone' }).click()
    await admin.page.getByRole('textbox', { name: 'E-mail address' }).fill('grace@bookstore.example')
    await admin.page.getByRole('button', { name: 'Send invitation' }).click()
    await admin.page.getByText('SMTP_URL').waitFor()
    await expectSoundView(admin.page, 'admin-invite-without-mail')
  })
})

/** Fills in the page behind a link that asks for a new password, and continues to the page to sign in. */
async function choosePassword(page: Page, password: string, button: string): Promise<void> {
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('link', { name: 'sign in', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
}
